import { page, type Page } from './page';

const Alerts = page(['alerts', 'subscriptions'], () => import('@/features/alerts').then((m) => m.AlertsPage));
const Actions = page(['actions'], () => import('@/features/actions').then((m) => m.ActionsPage));
const NewAction = page(['actions'], () => import('@/features/actions').then((m) => m.NewActionPage));
const Action = page(['actions'], () => import('@/features/actions').then((m) => m.ActionPage));
const Evidence = page(['linkage'], () => import('@/features/linkage').then((m) => m.EvidencePage));
const Pair = page(['linkage'], () => import('@/features/linkage/pair').then((m) => m.PairPage));
const Collect = page(['collect'], () => import('@/features/collect').then((m) => m.CollectPage));
const Health = page(['collect'], () => import('@/features/collect').then((m) => m.HealthPage));
const Imports = page(['imports'], () => import('@/features/imports').then((m) => m.ImportsPage));
const Wizard = page(['imports'], () => import('@/features/imports/wizard').then((m) => m.WizardPage));
const Figures = page(['series'], () => import('@/features/series/grid').then((m) => m.FiguresPage));
const Outcomes = page(['series'], () => import('@/features/series/outcomes').then((m) => m.OutcomesPage));
const Metrics = page(['series'], () => import('@/features/series').then((m) => m.MetricsPage));
const Metric = page(['series'], () => import('@/features/series/metric').then((m) => m.MetricPage));
const Teams = page(['org'], () => import('@/features/org').then((m) => m.TeamsPage));
const Employees = page(['org'], () => import('@/features/org/people').then((m) => m.EmployeesPage));
const Partners = page(['org'], () => import('@/features/org/people').then((m) => m.PartnersPage));
const Programmes = page(['pulse'], () => import('@/features/pulse').then((m) => m.ProgrammesPage));
const Programme = page(['pulse'], () => import('@/features/pulse').then((m) => m.ProgrammePage));
const Builder = page(['pulse'], () => import('@/features/pulse/builder').then((m) => m.BuilderPage));
const Wave = page(['pulse'], () => import('@/features/pulse/wave').then((m) => m.WavePage));
const Benchmarks = page(['pulse'], () => import('@/features/pulse/benchmarks').then((m) => m.BenchmarksPage));
const Channels = page(['pulse'], () => import('@/features/pulse/channels').then((m) => m.ChannelsPage));
const Anonymity = page(['pulse'], () => import('@/features/pulse/anonymity').then((m) => m.AnonymityPage));
const Initiatives = page(['initiatives'], () => import('@/features/initiatives').then((m) => m.InitiativesPage));
const Initiative = page(['initiatives'], () => import('@/features/initiatives').then((m) => m.InitiativePage));
const Record = page(['initiatives', 'forecast'], () => import('@/features/initiatives/record').then((m) => m.RecordPage));
const Plan = page(['initiatives'], () => import('@/features/initiatives/plan').then((m) => m.PlanPage));
const Returns = page(['initiatives', 'returns'], () => import('@/features/initiatives/returns').then((m) => m.ReturnsPage));
const Prices = page(['initiatives', 'returns'], () => import('@/features/initiatives/returns').then((m) => m.SettingsPage));
const Customers = page(['customers'], () => import('@/features/customers').then((m) => m.ValuePage));
const Comments = page(['comments'], () => import('@/features/comments').then((m) => m.CommentsPage));
const Cx = page(['journeys', 'home'], () => import('./CxHome').then((m) => m.CxHome));
const JourneyMap = page(['journeys'], () => import('@/features/journeys').then((m) => m.MapPage));
const Touchpoint = page(['journeys'], () => import('@/features/journeys').then((m) => m.PointPage));
const Cases = page(['cases'], () => import('@/features/cases').then((m) => m.CasesPage));
const Case = page(['cases'], () => import('@/features/cases').then((m) => m.CasePage));
const Pains = page(['journeys'], () => import('@/features/journeys').then((m) => m.PainsPage));
const Goals = page(['goals'], () => import('@/features/goals').then((m) => m.GoalsPage));
const Report = page(['reports'], () => import('@/features/reports').then((m) => m.ReportPage));
const Team = page(['home'], () => import('@/features/home').then((m) => m.TeamPage));
const HomeHr = page(['home'], () => import('@/features/home').then((m) => m.HrPage));
const Invest = page(['invest'], () => import('@/features/invest').then((m) => m.InvestPage));
const Proposal = page(['invest'], () => import('@/features/invest').then((m) => m.ProposalPage));
const ProposalForm = page(['invest'], () => import('@/features/invest').then((m) => m.ProposalFormPage));
const WhatIf = page(['invest'], () => import('@/features/invest').then((m) => m.WhatIfPage));
const Jobs = page(['jobs'], () => import('@/features/jobs').then((m) => m.JobsPage));
const Audit = page(['audit'], () => import('@/features/audit').then((m) => m.AuditPage));
const Access = page(['admin'], () => import('@/features/admin').then((m) => m.AccessPage));

/** Every page by its address; the first that fits counts. */
export const places: [path: string, drawn: Page][] = [
  ['/evidence', Evidence],
  ['/evidence/:finding', Pair],
  ['/reports', Report],
  ['/reports/:quarter', Report],
  ['/my-team', Team],
  ['/home/hr', HomeHr],
  ['/alerts', Alerts],
  ['/actions', Actions],
  ['/actions/new', NewAction],
  ['/actions/:id', Action],
  ['/collect', Collect],
  ['/health', Health],
  ['/imports', Imports],
  ['/imports/new', Wizard],
  ['/figures', Figures],
  ['/outcomes', Outcomes],
  ['/catalogue', Metrics],
  ['/catalogue/:id', Metric],
  ['/teams', Teams],
  ['/employees', Employees],
  ['/partners', Partners],
  ['/benchmarks', Benchmarks],
  ['/pulses', Programmes],
  ['/pulse-channels', Channels],
  ['/pulses/new', Builder],
  ['/pulses/:id', Programme],
  ['/pulses/:id/edit', Builder],
  ['/waves/:id', Wave],
  ['/anonymity', Anonymity],
  ['/initiatives', Initiatives],
  ['/initiatives/new', Plan],
  ['/initiatives/record', Record],
  ['/initiatives/:id', Initiative],
  ['/initiatives/:id/edit', Plan],
  ['/returns', Returns],
  ['/returns/settings', Prices],
  ['/customers', Customers],
  ['/comments', Comments],
  ['/cx', Cx],
  ['/journeys', JourneyMap],
  ['/touchpoints/:id', Touchpoint],
  ['/cases', Cases],
  ['/cases/:id', Case],
  ['/pains', Pains],
  ['/goals', Goals],
  ['/invest', Invest],
  ['/invest/new', ProposalForm],
  ['/invest/:id', Proposal],
  ['/invest/:id/edit', ProposalForm],
  ['/what-if', WhatIf],
  ['/jobs', Jobs],
  ['/audit', Audit],
  ['/access', Access],
];

const fits = (path: string, location: string) => {
  const asked = location.split('/');
  const parts = path.split('/');
  return parts.length === asked.length && parts.every((part, i) => part === asked[i] || (part.startsWith(':') && asked[i] !== ''));
};

/** Starts to load the page at an address, before anybody knows whether they may see it: it is the same page for everyone. */
export function ahead(location: string): void {
  at(location)?.ahead();
}

/** The page at an address, if there is one. */
export function at(location: string): Page | undefined {
  return places.find(([path]) => fits(path, location))?.[1];
}
