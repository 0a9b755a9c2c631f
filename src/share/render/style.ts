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

/** Grounds, texts and lines of light pages, and of mails. */
export const lightColours = {
  page: '#f4f5f5',
  panel: '#ffffff',
  text: '#1f2329',
  muted: '#555b64',
  line: '#d5d7db',
  link: '#1250ad',
  track: '#e9eaec',
} as const;
const darkColours: Readonly<Record<keyof typeof lightColours, string>> = {
  page: '#111217',
  panel: '#181b1f',
  text: '#e3e5e8',
  muted: '#a8adb5',
  line: '#34373e',
  link: '#8ab8ff',
  track: '#2a2d33',
};
const variables = (colours: Readonly<Record<string, string>>): string =>
  Object.entries(colours)
    .map(([name, colour]) => `--${name}:${colour}`)
    .join(';');
const light = `${variables(lightColours)};${hues(0)}`;
const dark = `${variables(darkColours)};${hues(1)}`;

/** What is different on paper. */
export const paperRules = `
.summary{font-size:9pt;line-height:1.35}
:root{${light}}
body{background:#fff;font-size:9pt}
h1{font-size:15pt}
h2{font-size:10pt}
header,main,footer{max-width:none;padding:0 .5px}
nav,form,.skip,.screen,.tip,.refs,.ways,.over,details.figures{display:none!important}
.told{display:block;position:static;z-index:auto;border:0;padding:0;box-shadow:none;flex-basis:100%}
.later,.later-phone{display:table-cell}
details.marks::details-content{content-visibility:visible;display:block;height:auto}
${spans('p')}
.tiles{grid-template-columns:repeat(${columns},minmax(0,1fr))}
.band{gap:2mm;margin-bottom:2mm}
.panel{position:static;border-color:#bbb;padding:2mm 3mm;gap:1mm;break-inside:avoid}
.panel.long{break-inside:auto;display:block}
.long tbody tr:nth-child(-n+2){break-after:avoid}
.long tbody tr:nth-last-child(-n+2){break-before:avoid}
.sortable .bar{display:none}
.sortable .lying{display:block}
.about,.notices,.legend,.rules{font-size:7.5pt}
.figure{font-size:17pt}
.chart:not(.paper){display:none}
.chart.paper{display:block}
table{font-size:8pt}
th,td{padding:1.5pt 3pt;line-height:1.3}
.tight td.words{overflow-wrap:anywhere}
th button{display:contents}
td:is(.wide,.text){min-width:0!important}
td.name,.slim td.name{max-width:none;min-width:4rem;white-space:normal;overflow:visible}
thead th.n{width:1%}
.bars th{white-space:normal;overflow:visible;overflow-wrap:anywhere}
:is(.bar,.lead){min-width:1.5rem}
.scroll,.tall .scroll{max-height:none;overflow:visible}
h2,tr,.chart,.legend li{break-inside:avoid}
h2,.title{break-after:avoid}
thead{display:table-header-group;break-inside:avoid}
thead th{position:static}
.across,main:has(>.across:last-child)+footer{page:across}
.fine :is(th,td){font-size:6pt;line-height:1.25;padding:1pt 2pt}
.fine td.t{white-space:normal;min-width:10.5ch}
a{color:inherit;text-decoration:none}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}
`;

/** The style of every page and report. Nothing is fetched: fonts are those of the reader's system. */
export const style = `
:root{color-scheme:light dark;${light}}
@media (prefers-color-scheme:dark){
:root{${dark}}
img.logo{background:#fff;padding:.25rem .4rem;border-radius:4px}
}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--text);font:14px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,"Liberation Sans",sans-serif}
a{color:var(--link)}
h1{font-size:1.2rem;margin:0}
h2{font-size:.92rem;margin:0}
p{margin:.1rem 0}
header,main,footer{max-width:1320px;margin:0 auto;padding:.4rem 1rem}
.logo{display:block;float:right;max-height:2.6rem;max-width:12rem;margin-left:1rem}
p.logo{font-weight:600}
.summary{margin:.4rem 0 .6rem;padding-left:1.1rem;font-size:1rem;line-height:1.5}
.share>summary{font-size:.9rem;color:var(--link)}
.share form{margin:.4rem 0}
.share textarea,.address{width:100%;max-width:44rem}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.skip{position:absolute;left:-100rem}
.skip:focus{left:1rem;top:.5rem;background:var(--panel);padding:.5rem}
:focus-visible{outline:2px solid var(--link);outline-offset:2px}
.about{color:var(--muted);font-size:.8rem;overflow-wrap:anywhere}
.band{display:grid;grid-template-columns:repeat(${columns},minmax(0,1fr));gap:.5rem;margin-bottom:.5rem}
${spans('w')}
.tiles{grid-template-columns:repeat(auto-fit,minmax(11.5rem,1fr))}
.tiles>*{grid-column:auto}
.panel{background:var(--panel);border:1px solid var(--line);border-radius:4px;padding:.4rem .7rem;display:flex;flex-direction:column;gap:.25rem;min-width:0;position:relative}
.title{display:flex;flex-wrap:wrap;align-items:baseline;gap:0 .4rem}
.ways{margin-left:auto;font-size:.75rem;display:flex;gap:.6rem}
.refs{font-size:.7rem}
.tip{font-size:.7rem;line-height:1;padding:.1rem .3rem;border-color:var(--line);border-radius:50%;color:var(--muted);cursor:help}
.told{display:none;position:absolute;z-index:3;top:1.9rem;left:.4rem;right:.4rem;background:var(--panel);border:1px solid var(--muted);border-radius:4px;padding:.3rem .5rem;box-shadow:0 2px 8px #0004}
.tip:is(:hover,:focus)+.told{display:block}
.valued{display:flex;align-items:baseline;justify-content:space-between;gap:.4rem}
.figure{font-size:1.6rem;font-weight:600;line-height:1.2}
.figure a{text-decoration-thickness:1px;text-underline-offset:.2em}
.t-red a,.t-yellow a{color:inherit}
.empty{color:var(--muted);padding:.6rem 0}
.figure.empty{padding:0}
.figures-of{flex:1;min-width:0}
.spark{display:block;width:100%;height:1.1rem}
.spark path{fill:none;stroke:var(--t-blue);stroke-width:1.5;vector-effect:non-scaling-stroke}
.error{border-left:4px solid #c4162a;padding:.3rem .6rem}
.signin{max-width:36rem}
.notices{margin:0;padding:0;list-style:none;color:var(--muted);font-size:.8rem}
table{border-collapse:collapse;width:100%;font-size:.85rem}
th,td{text-align:left;vertical-align:top;padding:.15rem .5rem;border-bottom:1px solid var(--line)}
thead th{position:sticky;top:0;background:var(--panel);color:var(--muted);font-weight:600;vertical-align:bottom}
th button{font:inherit;color:inherit;background:none;border:0;padding:0;cursor:pointer;text-align:inherit}
thead th a{color:inherit;text-decoration:none}
thead th a:hover{text-decoration:underline}
th[aria-sort=ascending]>*::after{content:" \\25B2"}
th[aria-sort=descending]>*::after{content:" \\25BC"}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}
td.n{white-space:nowrap}
td.c,th.c{text-align:center}
td.name{white-space:nowrap;overflow:hidden;text-overflow:ellipsis;max-width:11rem}
td.text{min-width:9rem;overflow-wrap:anywhere}
.slim td.name{max-width:8rem}
.slim td.text{min-width:8rem}
.slim td.wide{min-width:12rem}
.slim td.t{white-space:normal}
.columns{font-size:.75rem;color:var(--muted);display:flex;align-items:center;gap:.3rem}
.columns.phone,.standing{display:none}
.later{display:none}
.panel:has(.columns :checked) :is(.later,.later-phone){display:table-cell}
.heat :is(th,td){padding-left:.1rem;padding-right:.1rem}
td.t{white-space:nowrap;font-variant-numeric:tabular-nums}
td.d{white-space:nowrap;font-variant-numeric:tabular-nums}
td{overflow-wrap:break-word}
td.wide{min-width:15rem}
.scroll{overflow:auto;max-height:19rem}
.tall .scroll{max-height:30rem}
.bars{table-layout:fixed}
.bars :is(th,td){padding:.05rem .3rem}
.bars th{font-weight:400;width:45%;white-space:nowrap;overflow:hidden;text-overflow:ellipsis}
td .lying{display:flex;align-items:center;gap:.6rem}
.lead{flex:1;display:flex;min-width:3rem}
.bar{flex:1;height:.8rem;min-width:3rem}
.track{fill:var(--track)}
.number{font-variant-numeric:tabular-nums;white-space:nowrap}
.bars .number{min-width:3.4rem;text-align:right}
.chart{position:relative}
.chart svg{display:block;width:100%;height:auto}
.chart .over{position:absolute;inset:0;height:100%;pointer-events:none}
.lines path{fill:none;stroke:transparent;stroke-width:9;pointer-events:stroke}
.areas path{fill:transparent;pointer-events:all}
.chart:not(.wide){display:none}
.axis{text-align:center;color:var(--muted);font-size:.75rem}
.chart text{font-family:inherit}
.legend{list-style:none;margin:0;padding:0;display:flex;flex-wrap:wrap;gap:.15rem 1rem;font-size:.8rem}
.legend li{display:flex;align-items:baseline;gap:.4rem;overflow-wrap:anywhere}
.swatch{width:.8rem;height:.8rem;flex:none}
summary{cursor:pointer;color:var(--muted);font-size:.8rem}
.rules{color:var(--muted);font-size:.85rem}
nav ul{list-style:none;display:flex;flex-wrap:wrap;gap:.1rem .9rem;margin:.15rem 0;padding:0}
[aria-current]{font-weight:600;color:var(--text);text-decoration:none}
.choose{display:flex;flex-wrap:wrap;gap:.3rem .6rem;align-items:end;margin:.2rem 0}
.choose label{display:flex;flex-direction:column;font-size:.8rem;color:var(--muted);max-width:100%}
input,select,button{font:inherit;color:var(--text);background:var(--panel);border:1px solid var(--muted);border-radius:3px;padding:.15rem .4rem;max-width:16rem}
form.choose :is(input,select){max-width:9rem}
form.choose details[open]{flex-basis:100%}
${generated}
@media screen and (max-width:760px){
.band{grid-template-columns:minmax(0,1fr)}
.band.tiles{grid-template-columns:repeat(2,minmax(0,1fr))}
.band>*{grid-column:auto}
.chart:not(.narrow){display:none}
.chart.narrow{display:block}
td.wide{min-width:10.5rem}
td.name,.slim td.name{max-width:6.75rem}
td.text,.slim td.text{min-width:4.3rem}
:is(th,td){padding-left:.25rem;padding-right:.25rem}
td.t{white-space:normal}
.later-phone{display:none}
.columns.phone{display:flex}
.heat.lying{display:none}
.heat.standing{display:table}
.sortable .bar{display:none}
.sortable .lying{justify-content:flex-end}
.bars :is(tbody,tr,th,td){display:block;width:auto}
.bars th{border:0}
input,select{max-width:100%}
}
@page{size:A4;margin:14mm 12mm}
@page across{size:A4 landscape}
@media print{${paperRules}}
`;
