/**
 * What the program asks the server whenever a page is opened at its address, before anything else of the page is known.
 * It is asked while the program is still on its way (public/boot.js), and src/api/client.ts takes the answers. `:name` stands for
 * that part of the address; the rest is word for word what the page asks, which ui/e2e/rounds.mjs holds. Only what is
 * asked for everybody who may open the page stands here.
 */
export const asked: Record<string, string[]> = {
  '/reports': ['/reports/latest'],
  '/reports/:quarter': ['/reports/:quarter'],
  '/my-team': ['/my-team', '/teams'],
  '/home/hr': ['/my-team', '/waves', '/programmes', '/actions?state=open'],
  '/alerts': ['/alerts?limit=100'],
  '/actions': ['/actions?state=open'],
  '/actions/:id': ['/actions/:id'],
  '/evidence': ['/runs/latest'],
  '/evidence/:finding': ['/runs/latest/findings/:finding'],
  '/initiatives': ['/initiatives'],
  '/initiatives/:id': ['/initiatives/:id'],
  '/initiatives/new': ['/teams', '/metrics', '/goal-metrics', '/returns-settings'],
  '/initiatives/:id/edit': ['/initiatives/:id', '/teams', '/metrics', '/goal-metrics', '/returns-settings'],
  '/initiatives/record': ['/forecast-record'],
  '/returns': ['/returns'],
  '/returns/settings': ['/returns-settings', '/returns-settings/history', '/metrics'],
  '/pulses': ['/programmes', '/waves'],
  '/waves/:id': ['/waves/:id?with=results'],
  '/benchmarks': ['/benchmarks', '/questions'],
  '/pulse-channels': ['/pulse-channels'],
  '/pulses/new': ['/questions'],
  '/anonymity': ['/anonymity-audits'],
  '/imports': ['/imports?limit=100'],
  '/collect': ['/links', '/touchpoints'],
  '/health': ['/data-health', '/hooks', '/feeds'],
  '/figures': ['/metrics', '/teams'],
  '/outcomes': ['/outcomes', '/events', '/teams'],
  '/catalogue': ['/metrics', '/events'],
  '/catalogue/:id': ['/metrics/:id'],
  '/teams': ['/teams'],
  '/employees': ['/employees?limit=100', '/teams?closed=true'],
  '/partners': ['/partners?limit=100', '/teams?closed=true'],
  '/customers': ['/customers/value'],
  '/comments': ['/comments/summary?relation=transactional&population=customer', '/loyalty', '/teams'],
  '/cx': ['/my-team', '/journey-map', '/data-health', '/actions?state=open'],
  '/journeys': ['/journey-map'],
  '/touchpoints/:id': ['/touchpoints/:id/figures'],
  '/cases': ['/cases', '/case-tally'],
  '/cases/:id': ['/cases/:id'],
  '/pains': ['/pains'],
  '/goals': ['/goals', '/goal-metrics', '/barriers', '/teams'],
  '/invest': ['/proposals'],
  '/invest/:id': ['/proposals/:id'],
  '/invest/new': ['/proposals', '/goal-metrics', '/barriers', '/teams'],
  '/what-if': ['/goal-metrics', '/teams'],
  '/jobs': ['/jobs'],
  '/audit': ['/audit-entries?limit=100'],
  '/access': ['/users?limit=200', '/teams'],
};

/**
 * Parameters of an address that change what its page asks: with one of them nothing is asked early. All others of these pages
 * only change how the answer is drawn. Of a page that does not stand here every parameter counts as a change, but for `tables`.
 */
export const asksOtherwise: Record<string, string[]> = {
  '/reports': ['team', 'version'],
  '/reports/:quarter': ['team', 'version'],
  '/evidence': ['run'],
  '/evidence/:finding': ['run'],
  '/returns': ['quarter'],
  '/waves/:id': [],
};
