/** The style of the report; its hash stands in the content policy. Colours keep a contrast of at least 4.5 in both schemes. */
export const STYLE = `
:root{color-scheme:light dark;--bg:#f4f5f3;--paper:#fff;--ink:#1a1e23;--soft:#59626d;--line:#d9dcd8;--fill:#eef0ed;--link:#0a58a8;
--pass:#12683a;--pass-bg:#e2f3e8;--fail:#b01e16;--fail-bg:#fce8e6;--warn:#7a4f00;--warn-bg:#fdf1d7;--inconclusive:#5a3ea6;--inconclusive-bg:#ede8fa;--none:#59626d;--none-bg:#eceeeb;--data:#2f6fb3;--mono:ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace}
@media (prefers-color-scheme:dark){:root{--bg:#0e1115;--paper:#161a20;--ink:#e6e9ed;--soft:#9da8b5;--line:#2c333c;--fill:#1f252d;--link:#7ab8ff;
--pass:#62d391;--pass-bg:#12301f;--fail:#ff9188;--fail-bg:#3a1614;--warn:#f1c363;--warn-bg:#35270a;--inconclusive:#c0aaff;--inconclusive-bg:#281f44;--none:#9da8b5;--none-bg:#232a33;--data:#6aa9ec}}
*{box-sizing:border-box}
html{scroll-behavior:smooth;scroll-padding-top:1rem}
@media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
body{margin:0;background:var(--bg);color:var(--ink);font:15px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;overflow-wrap:anywhere}
a{color:var(--link);text-underline-offset:.15em}
:focus-visible{outline:3px solid var(--link);outline-offset:2px;border-radius:3px}
.skip{position:absolute;left:-100vw}
.skip:focus{left:1rem;top:1rem;background:var(--paper);padding:.5rem 1rem;z-index:9}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.page{max-width:1240px;margin:0 auto;padding:0 1.25rem 3rem}
.page>header{display:flex;gap:.35rem 1rem;align-items:baseline;flex-wrap:wrap;padding:1.1rem 0;color:var(--soft)}
.page>header b{color:var(--ink);letter-spacing:.01em}
nav ul{list-style:none;margin:0;padding:0;display:flex;flex-wrap:wrap;gap:.15rem}
nav a{display:flex;gap:.5rem;align-items:center;padding:.3rem .6rem;border-radius:6px;color:var(--ink);text-decoration:none}
nav a:hover{background:var(--fill)}
@media (min-width:1060px){.body{display:grid;grid-template-columns:13.5rem minmax(0,1fr);gap:1.5rem;align-items:start}nav{position:sticky;top:1rem}nav ul{flex-direction:column}}
@media (max-width:1059px){nav{margin-bottom:1rem}}
main>section{background:var(--paper);border:1px solid var(--line);border-radius:12px;padding:1.4rem 1.6rem 1.5rem;margin:0 0 1.15rem}
@media (max-width:600px){.page{padding:0 .6rem 2rem}main>section{padding:1rem}}
h1,h2,h3{line-height:1.2;text-wrap:balance;margin:0}
h2{font-size:1.3rem}
h3{font-size:1rem;margin:1.6rem 0 .5rem}
p{margin:.5rem 0}
.quiet{color:var(--soft)}
code,pre,.diff{font-family:var(--mono);font-size:.86em}
code{background:var(--fill);border-radius:4px;padding:.1em .35em;box-decoration-break:clone;-webkit-box-decoration-break:clone}
pre{background:var(--fill);border-radius:8px;padding:.8rem 1rem;overflow:auto;max-height:26rem;white-space:pre-wrap;margin:.6rem 0}
.digest{word-break:break-all;background:none;padding:0;color:var(--soft)}
.sign{flex:none;width:1.05em;height:1.05em;vertical-align:-.16em}
.sign circle{fill:currentColor}
.sign path{fill:none;stroke:var(--paper);stroke-width:1.9;stroke-linecap:round;stroke-linejoin:round}
.pass{--tone:var(--pass);--tint:var(--pass-bg)}.fail{--tone:var(--fail);--tint:var(--fail-bg)}
.warn,.waived{--tone:var(--warn);--tint:var(--warn-bg)}
.inconclusive{--tone:var(--inconclusive);--tint:var(--inconclusive-bg)}.none{--tone:var(--none);--tint:var(--none-bg)}
svg.sign{color:var(--tone)}
.badge{display:inline-flex;gap:.4em;align-items:center;color:var(--tone);background:var(--tint);border-radius:999px;padding:.08em .65em .08em .3em;font-weight:600;font-size:.9em;white-space:nowrap;vertical-align:middle}
.badge>span:only-child,.badge:not(:has(svg)){padding-left:.65em}
.badge path{stroke:var(--tint)}
.verdict{border-left:10px solid var(--tone);background:linear-gradient(100deg,var(--tint),var(--paper) 60%)}
.verdict h1{display:flex;gap:.35em;align-items:center;font-size:clamp(2.4rem,7vw,3.9rem);letter-spacing:-.02em;color:var(--tone)}
.verdict h1 .sign{width:.82em;height:.82em}
.verdict h2{font-size:1.05rem;margin-top:1.1rem}
.lead{font-size:1.15rem;max-width:60ch}
.reasons{margin:.4rem 0;padding-left:1.2rem;max-width:80ch}
.reasons li{margin:.35rem 0}
.reasons .quiet{font-size:.84em;white-space:nowrap}
@media (max-width:600px){.reasons .quiet{white-space:normal}}
.fix{color:var(--soft)}
.gravest{margin:.2rem 0 .3rem;padding-left:1.1rem;color:var(--soft)}.gravest li{margin:.15rem 0}
.tally{display:flex;flex-wrap:wrap;gap:.5rem;margin-top:1rem}
.aside{border-left:4px solid var(--warn);background:var(--warn-bg);padding:.5rem .8rem;border-radius:0 6px 6px 0}
.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(19rem,1fr));gap:.7rem 1.6rem;margin:1.1rem 0 0}
.facts dt{color:var(--soft);font-size:.82rem}
.facts dd{margin:0}
.facts code{font-size:.8em;background:none;padding:0}
.gate>header{display:flex;gap:.8rem;align-items:center;flex-wrap:wrap}
.gate{border-top:4px solid var(--tone)}
.gate .badge{font-size:.95rem}
.headline{font-size:1.12rem;font-weight:600}
.scroll{position:relative;overflow-x:auto;margin:.6rem 0;max-width:100%}
table{border-collapse:collapse;font-variant-numeric:tabular-nums;min-width:min(100%,30rem);overflow-wrap:normal}
.gates,.grid,.diff{width:100%}
caption,.caption,figcaption{text-align:left;color:var(--soft);font-size:.86rem;padding:.2rem 0 .4rem;margin:0}
th,td{padding:.42rem .75rem;border-top:1px solid var(--line);text-align:left;vertical-align:top;max-width:34rem;overflow-wrap:break-word}
td code,th code,.place{overflow-wrap:anywhere}
th:first-child,td:first-child{padding-left:.2rem}
thead th{border-top:0;border-bottom:2px solid var(--line);font-size:.82rem;color:var(--soft);font-weight:600;vertical-align:bottom;overflow-wrap:normal}
tbody th{font-weight:500;min-width:10rem}
.beside tbody th{min-width:4rem}.beside .scroll{margin-top:0}
td ul{margin:0;padding-left:1.1rem}
.n{text-align:right;white-space:nowrap}
.digests td:last-child{min-width:20rem}
details{margin:.5rem 0}
summary{cursor:pointer;padding:.25rem 0;border-radius:4px}
summary::marker{color:var(--soft)}
.inside{padding:.1rem 0 .5rem 1.15rem;border-left:2px solid var(--line);margin-left:.3rem}
.finding ul{margin:.4rem 0;padding-left:1.1rem}
.finding li{margin:.25rem 0}
.place{color:var(--soft)}
.columns,.beside{display:grid;gap:0 2rem;grid-template-columns:repeat(auto-fit,minmax(min(100%,22rem),1fr));align-items:start}
.beside{grid-template-columns:minmax(0,1fr)}
@media (min-width:760px){.beside{grid-template-columns:minmax(0,5fr) minmax(14rem,3fr)}}
figure{margin:1rem 0 1.2rem}
.chart{overflow-x:auto}
.chart svg{display:block;width:100%;min-width:420px;max-width:780px;height:auto;font:12.5px system-ui,sans-serif;fill:var(--ink)}
.chart .rule{stroke:var(--line);stroke-width:1}
.chart .base{stroke:var(--soft);stroke-width:1}
.chart text{fill:var(--soft)}
.area{fill:var(--data);opacity:.14}
.band{fill:var(--data);opacity:.22}
.span{fill:var(--warn-bg)}.chart text.span{fill:var(--warn);font-weight:600}
path.limit{fill:none;stroke:var(--fail);stroke-width:2}
span.limit{color:var(--fail)}
.part.data{fill:var(--data)}.part.fail{fill:var(--fail)}.part.warn{fill:#c98a12}.part.none{fill:var(--none)}
.stack{display:block}
.bar{fill:var(--data)}.bar.over{fill:var(--fail)}
.track{fill:var(--fill)}
.line{fill:none;stroke:var(--data);stroke-width:2;stroke-linejoin:round}
.dot{fill:var(--data);stroke:var(--paper);stroke-width:1.5}
line.marker{stroke:var(--ink);stroke-width:1;stroke-dasharray:2 3}
.chart text.marker{fill:var(--ink);font-weight:600}
line.limit{stroke:var(--fail);stroke-width:2}
.chart text.limit{fill:var(--fail);font-weight:600}
.bullet{display:block;margin-top:.15rem}
.whisker{fill:none;stroke:var(--ink);stroke-width:1.4}
.topology .link{fill:none;stroke:var(--soft);stroke-width:1.5}
.topology .short.link{stroke:var(--fail);stroke-dasharray:4 4}
.topology .hub{fill:var(--fill);stroke:var(--soft)}
.chart svg.topology{width:auto;max-width:100%;min-width:0}
.topology text.name{fill:var(--ink);font-weight:600}
.topology tspan.enough{fill:var(--soft);font-weight:400}.topology tspan.short{fill:var(--fail)}
.topology .node{fill:var(--fail-bg);stroke:var(--fail);stroke-width:2;stroke-dasharray:3 3}
.topology .node.ready{fill:var(--pass-bg);stroke:var(--pass);stroke-dasharray:none}
.topology .tick,.topology .cross{fill:none;stroke:var(--pass);stroke-width:2;stroke-linecap:round}
.topology .cross{stroke:var(--fail)}
.calendar{list-style:none;margin:0;padding:0;display:grid;grid-template-columns:repeat(auto-fill,minmax(7.3rem,1fr));gap:.5rem}
.calendar li{border:1px solid var(--line);border-top:4px solid var(--tone);border-radius:8px;padding:.5rem .6rem;display:flex;flex-direction:column;gap:.3rem;align-items:flex-start}
.note{font-size:.84rem;color:var(--soft)}
.cell{display:flex;flex-direction:column;gap:.15rem;align-items:flex-start}
.dense td,.dense thead th{padding-left:.3rem;padding-right:.3rem}.dense tbody th{min-width:5.5rem}
.dense .upright{writing-mode:vertical-rl;transform:rotate(180deg);white-space:nowrap}
.dense td,.dense tbody th{vertical-align:middle}
.measured th,.measured td{padding-left:.5rem;padding-right:.5rem}
@media (min-width:900px){.measured tbody th{min-width:11rem}}
.bars .note{display:block;min-width:9rem}.bars tbody th{min-width:8rem}
.calendar .badge{white-space:normal}
.beyond{fill:none;stroke:var(--paper);stroke-width:2}
.compact caption{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.compact th,.compact td{padding:.25rem .5rem}.compact td .badge{font-size:.82em}
.cell.first{outline:3px solid var(--fail);outline-offset:5px;border-radius:4px}
.diff{table-layout:fixed;border:1px solid var(--line)}
.diff .number{width:3.4rem;color:var(--soft);text-align:right;user-select:none;padding:.1rem .5rem}
.diff col.number{width:3.4rem}
.diff td{border-top:0;padding:.1rem .6rem;white-space:pre-wrap;max-width:none}
.diff thead th{padding:.35rem .6rem}
.diff .removed{background:var(--fail-bg)}.diff .added{background:var(--pass-bg)}
.diff col.where{width:26%}.diff th.where{font-weight:400;padding:.1rem .6rem;border-top:0;color:var(--soft);min-width:0;overflow-wrap:anywhere}

.diff tr:has(th.where){border-top:1px solid var(--line)}
.diff .nothing{background:var(--fill)}
.diff mark{color:inherit;font-weight:700;text-decoration:underline;text-underline-offset:.2em;background:none}
.diff .removed mark{color:var(--fail)}.diff .added mark{color:var(--pass)}
.diff .gap td{background:var(--fill);color:var(--soft);text-align:center}
.pictures{display:flex;flex-wrap:wrap;gap:1rem}
.pictures .caption{width:100%}
.pictures figure{margin:0;max-width:100%}
.pictures img{max-width:min(100%,24rem);border:1px solid var(--line);background:#fff}
footer{color:var(--soft);font-size:.86rem}
@media print{:root{color-scheme:light;--bg:#fff;--paper:#fff;--ink:#000;--soft:#444;--line:#bbb;--fill:#f3f3f3;--link:#000;--pass:#0b5a2e;--fail:#9c150e;--warn:#6a4400;--inconclusive:#4b3192;--none:#444;--data:#2f6fb3;--pass-bg:#eaf6ee;--fail-bg:#fbe9e7;--warn-bg:#fdf3de;--inconclusive-bg:#efeafb;--none-bg:#f0f0f0}
body{font-size:10pt}*{print-color-adjust:exact;-webkit-print-color-adjust:exact}nav,.skip{display:none}.body{display:block}.page{max-width:none;padding:0}
main>section{border:0;border-top:2px solid #000;border-radius:0;padding:.6rem 0;margin:0 0 .8rem}.verdict{border-left:10px solid var(--tone);padding-left:1rem}
th,td{padding:.25rem .4rem;overflow-wrap:anywhere}.n{white-space:normal}tbody th,.measured tbody th,.digests td:last-child{min-width:0}.diff{font-size:8pt}.dense td,.dense thead th{padding:.2rem .1rem}
details.bulk{display:none}details::details-content{content-visibility:visible;display:block}.scroll,.chart,pre{overflow:visible;max-height:none}
h2,h3,summary,caption{break-after:avoid}tr,figure,li,.chart{break-inside:avoid}thead{display:table-header-group}
a[href^="http"]::after{content:" (" attr(href) ")";font-size:.85em;word-break:break-all}}
`.replaceAll('\n', '');
