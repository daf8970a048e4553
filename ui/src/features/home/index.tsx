export { CxDesk } from './CxDesk';
export { HrPage } from './HrPage';
export { TeamPage } from './TeamPage';
