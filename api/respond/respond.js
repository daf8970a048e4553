// The answer form with a script: the token stays in the fragment, the draft in this browser, and nothing is sent before
// "Send". Sending may be repeated without harm; the same browser may edit until the wave closes.
(() => {
  "use strict";
  const form = document.getElementById("form");
  const over = document.querySelector("[data-over]"); // closed or stopped: draft and receipt have done their duty
  if (over) try { localStorage.removeItem("rapport." + over.dataset.over); } catch { /* nothing to remove */ }
  if (!form) return;
  const say = form.dataset, problem = document.getElementById("problem"), sent = document.getElementById("sent");
  const key = "rapport." + say.wave;
  const token = () => decodeURIComponent(location.hash.slice(1));
  const fields = [...form.querySelectorAll(".question")];
  const code = document.getElementById("code-field");

  const load = () => { try { return JSON.parse(localStorage.getItem(key)) || {}; } catch { return {}; } };
  const save = (s) => { try { localStorage.setItem(key, JSON.stringify(s)); } catch { /* private window: no draft */ } };
  let state = load();
  // What another person left behind in this browser, or an old wave's draft, is not this person's.
  if (state.token && token() && state.token !== token()) state = {};
  if (Date.now() > Number(say.closes)) { try { localStorage.removeItem(key); } catch { /* nothing to remove */ } }
  if (token()) { state.token = token(); code.hidden = true; } else { state = {}; } // a typed code is a kiosk: no draft
  if (!state.receipt) {
    const b = crypto.getRandomValues(new Uint8Array(32));
    state.receipt = [...b].map((x) => x.toString(16).padStart(2, "0")).join("");
  }
  state.revision = state.revision || 0;
  state.draft = state.draft || {};

  // A rotating subset is drawn here, so that no server knows which questions somebody saw.
  const subset = Number(say.subset);
  const pool = fields.filter((f) => f.tagName === "FIELDSET" && !f.dataset.if);
  if (subset > 0 && subset < pool.length) {
    if (!state.asked) {
      const keys = pool.map((f) => f.dataset.key);
      for (let i = keys.length - 1; i > 0; i--) {
        const j = crypto.getRandomValues(new Uint32Array(1))[0] % (i + 1);
        [keys[i], keys[j]] = [keys[j], keys[i]];
      }
      state.asked = keys.slice(0, subset);
    }
    for (const f of pool) f.dataset.out = state.asked.includes(f.dataset.key) ? "" : "1";
  }

  const value = (f) => {
    const area = f.querySelector("textarea");
    if (area) return area.value.trim() || undefined;
    const on = [...f.querySelectorAll("input:checked")].map((x) => Number(x.value));
    if (f.querySelector("input[type=checkbox]")) return on.length ? on : undefined;
    return on[0];
  };
  const shown = (f) => !f.hidden;
  const refresh = () => {
    for (const f of fields) {
      let show = f.dataset.out !== "1";
      if (show && f.dataset.if) {
        const from = fields.find((x) => x.dataset.key === f.dataset.if);
        const v = from && shown(from) ? value(from) : undefined;
        show = typeof v === "number" && v >= Number(f.dataset.min) && v <= Number(f.dataset.max);
      }
      f.hidden = !show;
    }
  };
  const restore = () => {
    for (const f of fields) {
      const v = state.draft[f.dataset.key];
      if (v === undefined) continue;
      const area = f.querySelector("textarea");
      if (area) area.value = v;
      else for (const x of f.querySelectorAll("input")) x.checked = [].concat(v).includes(Number(x.value));
    }
  };
  const keep = () => {
    state.draft = {};
    for (const f of fields) { const v = value(f); if (v !== undefined) state.draft[f.dataset.key] = v; }
    if (token()) save(state);
  };
  const complain = (text) => { problem.textContent = text; problem.hidden = false; problem.focus(); };

  restore();
  refresh();
  form.addEventListener("input", () => { keep(); refresh(); });
  window.addEventListener("hashchange", () => location.reload());
  // Another language is another page: the link takes the person's token along, or they would have to type it.
  for (const a of document.querySelectorAll(".languages a")) a.hash = location.hash;

  let waiting = false;
  const send = async () => {
    problem.hidden = true;
    let first = null;
    for (const f of fields) {
      const bad = shown(f) && f.dataset.required === "true" && value(f) === undefined;
      f.classList.toggle("bad", bad);
      if (bad && !first) first = f;
    }
    if (first) { complain(say.missing); first.querySelector("input,textarea").focus(); return; }
    const answers = {};
    for (const f of fields) { const v = value(f); if (shown(f) && v !== undefined) answers[f.dataset.key] = v; }
    state.revision += 1;
    keep();
    const body = { token: token() || form.elements.code.value, receipt: state.receipt, revision: state.revision, answers,
      asked: fields.filter(shown).map((f) => f.dataset.key) };
    try {
      const r = await fetch(location.pathname, { method: "POST", body: JSON.stringify(body), credentials: "omit", cache: "no-store",
        headers: { "Content-Type": "application/json", "Accept-Language": document.documentElement.lang } });
      if (r.status === 503 || r.status === 429) throw new Error("later");
      if (!r.ok) { const p = await r.json().catch(() => ({})); complain(p.detail || p.title || String(r.status)); return; }
      waiting = false;
      form.hidden = true;
      sent.textContent = say.sent + (token() ? " " + say.again : "");
      sent.hidden = false;
      sent.focus();
      if (!token()) { form.reset(); state = {}; }
    } catch {
      waiting = true;
      complain(say.offline);
      setTimeout(() => { if (waiting) send(); }, 5000);
    }
  };
  window.addEventListener("online", () => { if (waiting) send(); });
  form.addEventListener("submit", (e) => { e.preventDefault(); send(); });
})();
