/** One small day of a license server, with entitlements: what the golden frames are made of. Change it and all of them change. */
const full = '(Licensed number of users already reached. (-4,342))';
export const flexnetLog = ` 8:00:00 (lmgrd) FlexNet Licensing (v11.16.2.0 build 242809 x64_n6) started on lic01 (linux) (3/2/2026)
 8:00:00 (lmgrd) Started acmed (pid 4711)
 8:30:00 (acmed) IN: "cad" zed@ws9  
 9:00:00 (acmed) OUT: "cad" ana@ws1  (2 licenses) 
 9:20:00 (acmed) OUT: "cad" bob@ws2  
 9:30:00 (acmed) DENIED: "cad" cam@ws3  ${full}
 9:31:00 (acmed) DENIED: "cad" cam@ws3  ${full}
 9:40:00 (acmed) IN: "cad" bob@ws2  
 9:40:30 (acmed) OUT: "cad" cam@ws3  
10:00:00 (acmed) IN: "cad" ana@ws1  (2 licenses) 
10:05:00 (acmed) OUT: "mesh" ana@ws1  
10:10:00 (acmed) DENIED: "mesh" dan@ws4  (Feature has expired. (-10,32))
10:15:00 (acmed) UNSUPPORTED: "optim" (PORT_AT_HOST_PLUS   ) dan@ws4  (No such feature exists. (-5,346))
10:30:00 (lmgrd) REStarted acmed (pid 4800)
10:40:00 (acmed) OUT: "cad" bob@ws2  
11:00:00 (acmed) UPGRADE: "cad" bob@ws2  (1->3 licenses) 
11:00:00 (acmed) QUEUED: "cad" eve@ws5  
11:20:00 (acmed) IN: "cad" bob@ws2  (3 licenses) 
11:20:00 (acmed) DEQUEUED: "cad" eve@ws5  
11:20:01 (acmed) OUT: "cad" eve@ws5  
12:00:00 (acmed) TIMESTAMP 3/2/2026
`;

export const meteredCsv = `time,kind,feature,user,host,model,quantity
2026-03-02T09:15:00Z,checkout,render,ana,ws1,metered,30
2026-03-02T11:45:00Z,checkout,render,fay,ws6,metered,12.25
`;

export const entitlementsCsv = `account,product,feature,version,model,quantity,overdraft,start,end,server,period
acme,Suite,cad,,concurrent,3,1,2026-01-01,2026-12-31,,
acme,Suite,optim,,concurrent,7,0,2026-01-01,2026-12-31,,
acme,Cloud,render,,metered,300,0,2026-01-01,2026-12-31,,month
`;

export const range = { from: '2026-03-02 08:00:00', to: '2026-03-02 13:00:00' };
