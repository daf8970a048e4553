/** Every page of a signed-in person, with what to do so that all of it can be seen. `open` gets a page that is signed in. */
export const at = (path) => async (page, base) => {
  await page.goto(base + path);
  await settled(page);
};

/** Waits until the page has its heading and nothing is being loaded any more. */
export async function settled(page) {
  await page.locator('h1, h2').first().waitFor();
  await page.waitForFunction(() => !document.querySelector('[aria-busy="true"], .mantine-Skeleton-root, [data-loading="true"]'));
  await page.evaluate(() => document.fonts.ready);
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
}

/** Opens a pair with that verdict by its address: the report it stands in is a page of thousands of elements. */
async function firstPair(page, base, verdict) {
  const { findings } = await (await page.request.get(`${base}/api/v1/runs/latest`)).json();
  await at(`/evidence/${encodeURIComponent((findings.find((x) => x.verdict === verdict) ?? findings[0]).id)}`)(page, base);
}

/** A page that was meant to show something must not show an error in its place. */
export async function expectNoError(page, name) {
  if (/-(bad|unknown)$/.test(name)) return;
  const errors = page.locator('main [data-tone=bad]');
  if ((await errors.count()) > 0) throw new Error(`${name} shows an error: ${(await errors.first().innerText()).slice(0, 200)}`);
}

/** Opens an initiative of the demo company: the newest (0) has not begun. */
async function initiative(page, base, no) {
  await at('/initiatives')(page, base);
  const links = page.locator('tbody th a[href^="/initiatives/"]');
  const count = await links.count();
  await links.nth(Math.min(no, count - 1)).click();
  await page.waitForURL(/\/initiatives\/.+/);
  await settled(page);
}

/** Opens the touchpoint of the demo company where customers find it hardest. */
async function touchpoint(page, base) {
  await at('/journeys')(page, base);
  await page.locator('a[href^="/touchpoints/"]', { hasText: 'Phone' }).first().click();
  await page.waitForURL(/\/touchpoints\/.+/);
  await settled(page);
}

/** Opens the proposal of the demo company that is ranked first. */
async function proposal(page, base) {
  await at('/invest')(page, base);
  await page.locator('tbody th a[href^="/invest/"]', { hasText: 'Call back' }).first().click();
  await page.waitForURL(/\/invest\/.+/);
  await settled(page);
}

/** Takes a file through the wizard as far as the step that is asked for. */
export async function wizard(page, base, file, upTo) {
  await at('/imports/new')(page, base);
  await page.setInputFiles('input[type=file]', file);
  await page.locator('[data-step="mapping"]').waitFor();
  await settled(page);
  if (upTo === 'mapping') return;
  // Mistakes in the file may have kept a column out of the suggestion: it is mapped by hand.
  if (await page.locator('[data-next]').isDisabled()) {
    await page.selectOption('select[name=period]', 'quarter');
    await page.locator('input[data-take=engagement]').check();
  }
  await page.locator('input[name=create_teams]').check();
  await page.locator('[data-next]').click();
  await page.locator('[data-count="rows"]').waitFor();
  await settled(page);
  if (upTo === 'check') return;
  await page.locator('[data-next]').click();
  await page.locator('[data-result]').waitFor();
  await settled(page);
}

const surveyed = ['care.person', 'care.help', 'care.wellbeing', 'tools.work', 'tools.information', 'engagement.proud', 'engagement.energy', 'engagement.extra', 'engagement.stay', 'engagement.matter', 'enps'];

/** Hands a finished survey in as rows, once, with benchmarks, and opens what was released. */
async function survey(page, base) {
  await at('/imports')(page, base);
  const wave = await page.evaluate(async (keys) => {
    const ask = async (path, body) => {
      const res = await fetch(`/api/v1${path}`, body ? { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) } : undefined);
      return res.json();
    };
    const waves = await ask('/waves');
    const known = waves.items.find((w) => w.imported);
    if (known) return known.id;
    const { items: teams } = await ask('/teams');
    const parents = new Set(teams.map((t) => t.parent_id));
    const leaves = teams.filter((t) => !parents.has(t.id));
    const { questions } = await ask('/questions');
    const types = new Map(questions.map((q) => [q.key, q.type]));
    let x = 7;
    const die = (n) => (x = (x * 16807) % 2147483647) % n;
    const rows = [];
    leaves.forEach((team, i) => {
      for (let j = 0; j < 4 + ((i * 5) % 22); j++) {
        const mood = die(3) + (i % 2);
        const row = { Team: team.id, Why: j % 3 === 0 ? 'Nobody answers the phone; ask Mr Novak at 555 123 456.' : '' };
        for (const k of keys) row[k] = String(types.get(k) === 'enps' ? Math.min(10, 3 + mood * 2 + die(3)) : Math.min(5, 1 + mood + die(2)));
        rows.push(row);
      }
    });
    const questionsAsked = [...keys.map((key) => ({ column: key, key, type: types.get(key) })), { column: 'Why', type: 'comment', text: 'What would you change?' }];
    await ask('/benchmarks', { items: [{ figure: 'engagement_index', value: 64, source: 'Sector panel', on: '2025-06-30', n: 12000 }, { figure: 'care', value: 58.5, source: 'Sector panel', on: '2025-06-30' }] });
    const result = await ask('/surveys', { mapping: { kind: 'survey', team: 'Team', survey: { title: 'Annual survey', on: '2025-11-30', language: 'en', mask_comments: true, questions: questionsAsked } }, rows });
    if (!result.wave_id) throw new Error(JSON.stringify(result));
    return result.wave_id;
  }, surveyed);
  await at(`/waves/${wave}`)(page, base);
}

/** A question about a touchpoint, a webhook and a place to fetch from, made once; gives the question's address. */
async function question(page, base) {
  await at('/collect')(page, base);
  return page.evaluate(async () => {
    const ask = async (path, body) => {
      const res = await fetch(`/api/v1${path}`, body ? { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) } : undefined);
      const answer = await res.json();
      if (!res.ok) throw new Error(JSON.stringify(answer));
      return answer;
    };
    const known = (await ask('/links')).items[0];
    if (known) return new URL(known.address).pathname;
    const places = (await ask('/touchpoints')).items;
    const place = places[0] ?? (await ask('/touchpoints', { name: 'Help desk', kind: 'physical', journey: 'Service', stage: 'Repair' }));
    const asked = { name: 'After a call', touchpoint_id: place.id, score_type: 'nps', languages: ['en', 'he', 'pl'], emotion: true, expected: true, comment: true };
    const link = await ask('/links', { ...asked, origins: ['https://shop.example.com'], invite: { share: 0.2, rest_days: 90, delay_hours: 24, expires_days: 14 } });
    const mapping = { kind: 'feedback', source_id: ['id'], team: 'team', score_type: 'nps', relation: 'transactional', columns: { answered_at: 'at', score: 'score' } };
    await ask('/hooks', { name: 'Shop', mapping });
    await ask('/feeds', { name: 'Till', from: 'https://files.example.com/till.csv', mapping });
    return new URL(link.address).pathname;
  });
}

/** The public page of the question, in the language of the person. */
async function publicQuestion(page, base, { wrong } = {}) {
  const path = await question(page, base);
  const lang = (await page.evaluate(() => document.documentElement.lang)).slice(0, 2);
  await page.goto(`${base}${path}?lang=${lang}`);
  await settled(page);
  if (!wrong) return;
  await page.locator('button[type=submit]').click();
  await settled(page);
}

/** Makes what pages show that make it themselves, so that several tabs can open them at once. */
export async function furnish(page, base) {
  await survey(page, base);
  await question(page, base);
}

export const doors = [
  { name: 'sign-in', open: at('/sign-in') },
  { name: 'forgot-password', open: at('/forgot-password') },
  { name: 'set-password', open: at('/set-password#token=abc') },
  { name: 'set-password-incomplete', open: at('/set-password') },
];

/** The quarters of the demo company are closed in the background: the page is opened when the newest one is there. */
export async function report(page, base, address) {
  for (;;) {
    const list = await (await page.request.get(`${base}/api/v1/reports`)).json();
    if (list.items?.length >= 8) break;
    await new Promise((done) => setTimeout(done, 500));
  }
  await at(address)(page, base);
}

export const pages = [
  { name: 'report', open: (page, base) => report(page, base, '/reports') },
  { name: 'my-team', open: (page, base) => report(page, base, '/my-team') },
  { name: 'home-hr', open: (page, base) => report(page, base, '/home/hr') },
  { name: 'alerts', open: at('/alerts') },
  { name: 'actions', open: at('/actions?state=all') },
  {
    name: 'action',
    open: async (page, base) => {
      await at('/actions?state=done')(page, base);
      await page.locator('tbody th a').first().click();
      await page.waitForURL(/\/actions\/.+/);
      await settled(page);
    },
  },
  { name: 'action-new', open: at('/actions/new?from=finding&of=x&path=%2Fevidence') },
  { name: 'evidence', open: at('/evidence') },
  { name: 'evidence-filtered', open: at('/evidence?pairs=ex_cx') },
  { name: 'pair', open: (page, base) => firstPair(page, base, 'supported') },
  { name: 'pair-no-link', open: (page, base) => firstPair(page, base, 'no_link_seen') },
  { name: 'initiatives', open: at('/initiatives') },
  { name: 'returns', open: at('/returns') },
  { name: 'returns-purpose', open: at('/returns?of=purpose%3Askills') },
  { name: 'returns-teams', open: at('/returns?of=teams') },
  { name: 'returns-settings', open: at('/returns/settings') },
  { name: 'initiative', open: (page, base) => initiative(page, base, 3) },
  { name: 'initiative-null', open: (page, base) => initiative(page, base, 2) },
  { name: 'forecast-record', open: at('/initiatives/record') },
  { name: 'initiative-draft', open: (page, base) => initiative(page, base, 0) },
  {
    name: 'initiative-plan',
    open: async (page, base) => {
      await initiative(page, base, 0);
      await page.goto(`${page.url()}/edit`);
      await page.locator('svg[data-chart]').first().waitFor();
      await settled(page);
    },
  },
  {
    name: 'pair-table',
    open: async (page, base) => {
      await firstPair(page, base, 'supported');
      await page.locator('.mantine-SegmentedControl-label').nth(1).click();
      await settled(page);
    },
  },
  { name: 'pulses', open: at('/pulses') },
  { name: 'survey-results', open: survey },
  {
    name: 'survey-results-open',
    open: async (page, base) => {
      await survey(page, base);
      await page.locator('main button[aria-expanded="false"]:not([aria-haspopup])').first().click();
      await settled(page);
    },
  },
  {
    name: 'benchmarks',
    open: async (page, base) => {
      await survey(page, base);
      await at('/benchmarks')(page, base);
    },
  },
  {
    name: 'wizard-2-survey',
    file: 'good',
    open: async (page, base, file) => {
      await at('/imports/new?kind=survey')(page, base);
      await page.setInputFiles('input[type=file]', file);
      await page.locator('[data-step="mapping"]').waitFor();
      await settled(page);
    },
  },
  { name: 'pulse-channels', open: at('/pulse-channels') },
  { name: 'pulse-builder', open: at('/pulses/new') },
  { name: 'anonymity', open: at('/anonymity') },
  { name: 'imports', open: at('/imports') },
  {
    name: 'collect',
    open: async (page, base) => {
      await question(page, base);
      await at('/collect')(page, base);
    },
  },
  {
    name: 'health-hook',
    open: async (page, base) => {
      await question(page, base);
      await at('/health')(page, base);
      await page.locator('tr', { hasText: '/hooks/' }).locator('button').first().click();
      await page.locator('[role=dialog] textarea').waitFor();
      await settled(page);
    },
  },
  { name: 'public-question', open: (page, base) => publicQuestion(page, base) },
  { name: 'public-question-refused', open: (page, base) => publicQuestion(page, base, { wrong: true }) },
  { name: 'health', open: at('/health') },
  { name: 'wizard-1-file', open: at('/imports/new') },
  { name: 'wizard-2-columns', file: 'good', open: (page, base, file) => wizard(page, base, file, 'mapping') },
  { name: 'wizard-3-trial-bad', file: 'bad', open: (page, base, file) => wizard(page, base, file, 'check') },
  { name: 'wizard-3-trial', file: 'good', open: (page, base, file) => wizard(page, base, file, 'check') },
  { name: 'figures', open: at('/figures') },
  { name: 'metrics', open: at('/catalogue') },
  {
    name: 'metric',
    open: async (page, base) => {
      await at('/catalogue')(page, base);
      await page.locator('tbody th a').first().click();
      await page.waitForURL(/\/catalogue\/.+/);
      await settled(page);
    },
  },
  { name: 'teams', open: at('/teams') },
  {
    name: 'team',
    open: async (page, base) => {
      await at('/teams')(page, base);
      await page.locator('tbody th button[data-team]').first().click();
      await page.locator('[role=dialog] ol').waitFor();
      await settled(page);
    },
  },
  { name: 'employees', open: at('/employees') },
  { name: 'partners', open: at('/partners') },
  { name: 'customers', open: at('/customers') },
  { name: 'outcomes', open: at('/outcomes') },
  { name: 'comments', open: at('/comments') },
  { name: 'cx', open: (page, base) => report(page, base, '/cx') },
  {
    name: 'case',
    open: async (page, base) => {
      await at('/cases')(page, base);
      await page.locator('tbody th a').first().click();
      await page.waitForURL(/\/cases\/.+/);
      await settled(page);
    },
  },
  { name: 'journeys', open: at('/journeys') },
  { name: 'touchpoint', open: touchpoint },
  { name: 'cases', open: at('/cases') },
  { name: 'pains', open: at('/pains') },
  { name: 'goals', open: at('/goals') },
  { name: 'invest', open: at('/invest') },
  { name: 'proposal', open: (page, base) => proposal(page, base) },
  { name: 'proposal-new', open: at('/invest/new') },
  {
    name: 'what-if',
    open: async (page, base) => {
      await at('/what-if')(page, base);
      await page.locator('form button[type=submit]').click();
      await page.locator('ol, [data-tone=info]').first().waitFor();
      await settled(page);
    },
  },
  { name: 'jobs', open: at('/jobs') },
  { name: 'audit', open: at('/audit') },
  { name: 'access', open: at('/access') },
  {
    name: 'invite',
    open: async (page, base) => {
      await at('/access')(page, base);
      await page.locator('[data-invite]').click();
      await page.locator('[role=dialog] form').waitFor();
      await settled(page);
    },
  },
  { name: 'not-found', open: at('/nowhere') },
];

/** Signs in with one click as a role of the demo company. */
export async function enter(page, base, role) {
  await page.goto(`${base}/sign-in`);
  await page.locator(`button[data-role="${role}"]`).click();
  await page.locator('nav').waitFor({ state: 'attached' });
  await settled(page);
}
