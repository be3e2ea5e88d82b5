export const STYLE = `
:root{color-scheme:light dark;--ink:#171a1f;--soft:#5b6472;--paper:#f4f5f7;--card:#fff;--line:#e1e4e9;--accent:#3451b2;--on-accent:#fff;--yes:#1a7f4b;--yes-bg:#e4f5eb;--no:#9a3412;--no-bg:#fdeee6;--chip:#eef0f4}
@media (prefers-color-scheme:dark){:root{--ink:#e9ebee;--soft:#9aa3b0;--paper:#121418;--card:#1a1d23;--line:#2b3038;--accent:#9db2ff;--on-accent:#10131a;--yes:#7fd6a6;--yes-bg:#15291f;--no:#f2a983;--no-bg:#2f1d14;--chip:#262b33}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",sans-serif}
a{color:var(--accent)}
header{background:var(--card);border-bottom:1px solid var(--line)}
header>div,main{max-width:62rem;margin:0 auto;padding:0 1.25rem}
header>div{display:flex;flex-wrap:wrap;align-items:center;gap:.5rem 1.25rem;min-height:3.75rem}
header .brand{font-weight:650;text-decoration:none;color:inherit}
header nav{display:flex;gap:1rem;flex:1}
header nav a{text-decoration:none;color:var(--soft)}
header nav a[aria-current]{color:var(--ink);font-weight:600}
header form{margin:0}
main{padding-top:2rem;padding-bottom:4rem}
h1{font-size:1.7rem;line-height:1.25;margin:0 0 .35rem;letter-spacing:-.01em}
h2{font-size:1.05rem;margin:0 0 .9rem}
p{margin:0 0 1rem}
.lead{color:var(--soft);margin-bottom:1.75rem;max-width:44rem}
.card{background:var(--card);border:1px solid var(--line);border-radius:14px;padding:1.35rem 1.5rem;margin:0 0 1.25rem}
.grid{display:grid;gap:1.25rem;grid-template-columns:repeat(auto-fit,minmax(min(100%,20rem),1fr))}
.grid>.card{margin:0}
ul.plain{list-style:none;margin:0;padding:0}
ul.plain>li{padding:.8rem 0;border-top:1px solid var(--line)}
ul.plain>li:first-child{border-top:0;padding-top:0}
ul.plain>li:last-child{padding-bottom:0}
.role{font-weight:600;font-family:ui-monospace,SFMono-Regular,Menlo,monospace;font-size:.95rem}
.why{color:var(--soft);font-size:.92rem;margin:.15rem 0 0}
.chip{display:inline-block;background:var(--chip);border-radius:99px;padding:.05rem .6rem;font-size:.8rem;color:var(--soft);margin-left:.4rem;vertical-align:1px}
.yes,.no{display:inline-block;border-radius:99px;padding:.05rem .65rem;font-size:.85rem;font-weight:600}
.yes{color:var(--yes);background:var(--yes-bg)}
.no{color:var(--no);background:var(--no-bg)}
td:last-child:has(>.yes,>.no){width:1%;white-space:nowrap;text-align:right;padding-right:0}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:.6rem .75rem .6rem 0;border-top:1px solid var(--line);vertical-align:top}
thead th{border-top:0;color:var(--soft);font-weight:500;font-size:.88rem;padding-top:0}
button,.button{display:inline-block;font:inherit;font-weight:550;cursor:pointer;border-radius:9px;border:1px solid var(--line);background:var(--card);color:var(--ink);padding:.5rem .95rem;text-decoration:none}
button:hover,.button:hover{border-color:var(--accent)}
.primary{background:var(--accent);border-color:var(--accent);color:var(--on-accent)}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
.actions{display:flex;flex-wrap:wrap;gap:.6rem}
textarea{width:100%;font:inherit;padding:.6rem .75rem;border:1px solid var(--line);border-radius:9px;background:var(--paper);color:inherit}
dl{display:grid;grid-template-columns:auto 1fr;gap:.3rem 1.1rem;margin:0;color:var(--soft)}
dd{margin:0;color:var(--ink);overflow-wrap:anywhere}
code{font-family:ui-monospace,SFMono-Regular,Menlo,monospace;font-size:.92em}
details{color:var(--soft)}
summary{cursor:pointer}
details dl{margin-top:.75rem}
@media (max-width:40rem){header>div{padding-top:.75rem;padding-bottom:.75rem}header form{margin-left:auto}header nav,header>div>span{flex-basis:100%;order:1}header nav{flex-wrap:wrap}td:has(>div)::before{display:block!important}td[data-label]::before{content:attr(data-label);display:inline-block;min-width:5rem;color:var(--soft);font-size:.85rem}table,thead,tbody,tr,th,td{display:block}thead{display:none}td{border:0;padding:.1rem 0}tr{border-top:1px solid var(--line);padding:.7rem 0;display:block}}
`;
