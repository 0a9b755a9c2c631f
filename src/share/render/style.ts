import { colors, heatColor, heatSteps, inkOn } from './colors.ts';

/** Text of a hue, dark enough on white and light enough on black: at least 4.5 to 1 (WCAG 2 AA). */
const texts = {
  red: ['#b3122b', '#ff8a97'],
  orange: ['#9a4300', '#ffb357'],
  yellow: ['#755500', '#fade2a'],
  green: ['#1f6b2a', '#96d98d'],
  blue: ['#1250ad', '#8ab8ff'],
  purple: ['#7b2aa5', '#deb6f2'],
  grey: ['#5c6169', '#b4b9c1'],
} as const;

const columns = 24;
const generated = [
  ...colors.map(
    ({ name, hex }) =>
      `.f-${name}{fill:${hex}}.b-${name}{background:${hex};color:${inkOn(hex)}}.b-${name} a{color:inherit}`,
  ),
  ...Array.from({ length: heatSteps }, (_, i) => `.h${i}{background:${heatColor(i)};color:${inkOn(heatColor(i))}}`),
  ...Object.keys(texts).map((hue) => `.t-${hue}{color:var(--t-${hue})}`),
].join('\n');
const spans = (name: string): string =>
  Array.from({ length: columns }, (_, i) => `.${name}${i + 1}{grid-column:span ${i + 1}}`).join('');
const hues = (theme: 0 | 1): string =>
  Object.entries(texts)
    .map(([hue, pair]) => `--t-${hue}:${pair[theme]}`)
    .join(';');

const light = `--page:#f4f5f5;--panel:#ffffff;--text:#1f2329;--muted:#555b64;--line:#d5d7db;--link:#1250ad;--track:#e9eaec;${hues(0)}`;
const dark = `--page:#111217;--panel:#181b1f;--text:#e3e5e8;--muted:#a8adb5;--line:#34373e;--link:#8ab8ff;--track:#2a2d33;${hues(1)}`;

/** The style of every page and report. Nothing is fetched: fonts are those of the reader's system. */
export const style = `
:root{color-scheme:light dark;${light}}
@media (prefers-color-scheme:dark){:root{${dark}}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--text);font:14px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,"Liberation Sans",sans-serif}
a{color:var(--link)}
h1{font-size:1.5rem;margin:0}
h2{font-size:1rem;margin:0}
p{margin:.2rem 0}
header,main,footer{max-width:1320px;margin:0 auto;padding:.75rem 1rem}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.skip{position:absolute;left:-100rem}
.skip:focus{left:1rem;top:.5rem;background:var(--panel);padding:.5rem}
:focus-visible{outline:2px solid var(--link);outline-offset:2px}
.about{color:var(--muted);font-size:.8rem;overflow-wrap:anywhere}
.band{display:grid;grid-template-columns:repeat(${columns},minmax(0,1fr));gap:.6rem;margin-bottom:.6rem}
${spans('w')}
.panel{background:var(--panel);border:1px solid var(--line);border-radius:4px;padding:.6rem .8rem;display:flex;flex-direction:column;gap:.35rem;min-width:0}
.panel footer{max-width:none;margin:auto 0 0;padding:0;font-size:.8rem;display:flex;flex-wrap:wrap;gap:.2rem 1rem}
.figure{font-size:1.9rem;font-weight:600;line-height:1.2}
.figure a{text-decoration-thickness:1px;text-underline-offset:.2em}
.t-red a,.t-yellow a{color:inherit}
.empty{color:var(--muted);padding:.6rem 0}
.figure.empty{padding:0}
.error{border-left:4px solid #c4162a;padding:.3rem .6rem}
.signin{max-width:36rem}
.notices{margin:0;padding:0;list-style:none;color:var(--muted);font-size:.8rem}
table{border-collapse:collapse;width:100%;font-size:.85rem}
th,td{text-align:left;vertical-align:top;padding:.25rem .5rem;border-bottom:1px solid var(--line)}
thead th{position:sticky;top:0;background:var(--panel);color:var(--muted);font-weight:600;vertical-align:bottom}
th button{font:inherit;color:inherit;background:none;border:0;padding:0;cursor:pointer;text-align:inherit}
th[aria-sort=ascending] button::after{content:" \\25B2"}
th[aria-sort=descending] button::after{content:" \\25BC"}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}
td.n{white-space:nowrap}
td.c{text-align:center}
td.t{white-space:nowrap;font-variant-numeric:tabular-nums}
td{overflow-wrap:break-word}
td.wide{min-width:15rem}
.scroll{overflow:auto;max-height:36rem}
.bars{table-layout:fixed}
.bars th{font-weight:400;width:45%;overflow-wrap:anywhere}
.lying{display:flex;align-items:center;gap:.6rem}
.bars.top :is(tbody,tr,th,td){display:block;width:auto}
.bars.top th{border:0;padding-bottom:0}
.bars.top td{padding-top:.1rem}
.bar{flex:1;height:.8rem;min-width:3rem}
.track{fill:var(--track)}
.number{font-variant-numeric:tabular-nums;white-space:nowrap}
.chart svg{display:block;width:100%;height:auto}
.chart:not(.wide){display:none}
.axis{text-align:center;color:var(--muted);font-size:.75rem}
.chart text{font-family:inherit}
.legend{list-style:none;margin:0;padding:0;display:flex;flex-wrap:wrap;gap:.15rem 1rem;font-size:.8rem}
.legend li{display:flex;align-items:baseline;gap:.4rem;overflow-wrap:anywhere}
.swatch{width:.8rem;height:.8rem;flex:none}
.pie{display:flex;flex-wrap:wrap;gap:1rem;align-items:center}
.ring{width:180px;flex:none}
.ring svg{display:block;width:100%;height:auto}
.pie .legend{flex:1 1 12rem;flex-direction:column}
summary{cursor:pointer;color:var(--muted);font-size:.8rem}
.rules{color:var(--muted);font-size:.85rem}
nav ul{list-style:none;display:flex;flex-wrap:wrap;gap:.2rem 1rem;margin:.3rem 0;padding:0}
[aria-current]{font-weight:600;color:var(--text);text-decoration:none}
form.choose{display:flex;flex-wrap:wrap;gap:.5rem .8rem;align-items:end;margin:.5rem 0}
form.choose label{display:flex;flex-direction:column;font-size:.8rem;color:var(--muted);max-width:100%}
input,select,button{font:inherit;color:var(--text);background:var(--panel);border:1px solid var(--muted);border-radius:3px;padding:.25rem .5rem;max-width:16rem}
${generated}
@media screen and (max-width:760px){
.band{grid-template-columns:minmax(0,1fr)}
.band>*{grid-column:auto}
.chart:not(.narrow){display:none}
.chart.narrow{display:block}
td.wide{min-width:12rem}
}
@page{size:A4;margin:14mm 12mm}
@page across{size:A4 landscape}
@media print{
:root{${light}}
body{background:#fff;font-size:9pt}
h1{font-size:15pt}
h2{font-size:10pt}
header,main,footer{max-width:none;padding:0 .5px}
nav,form,.skip,.screen,details.figures,.panel footer{display:none!important}
${spans('p')}
.band{gap:2mm;margin-bottom:2mm}
.panel{border-color:#bbb;padding:2mm 3mm;gap:1mm;break-inside:avoid}
.panel.long{break-inside:auto;display:block}
.about,.notices,.legend,.rules{font-size:7.5pt}
.figure{font-size:17pt}
.chart:not(.paper){display:none}
.chart.paper{display:block}
.ring{width:120px}
.pie .legend{flex-basis:8rem}
table{font-size:8pt}
th,td{padding:1.5pt 3pt;line-height:1.3}
.tight td.words{overflow-wrap:anywhere}
th button{display:contents}
td.wide{min-width:0}
thead th.n{width:1%}
.scroll{max-height:none;overflow:visible}
h2,tr,.chart,.pie,.legend li{break-inside:avoid}
h2,h2+.about{break-after:avoid}
thead{display:table-header-group;break-inside:avoid}
thead th{position:static}
.across,main:has(>.across:last-child)+footer{page:across}
.fine :is(th,td){font-size:6pt;line-height:1.25;padding:1pt 2pt}
.fine td.t{white-space:normal}
a{color:inherit;text-decoration:none}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}
}
`;
