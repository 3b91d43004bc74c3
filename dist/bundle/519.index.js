export const id=519;export const ids=[519];export const modules={60519:(o,t,n)=>{n.r(t),n.d(t,{main:()=>e});var s=n(89969);let c={};async function e(){(0,s.a)(c)}}};
