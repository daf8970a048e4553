export { TeamPage } from './TeamPage';
export { CxPage, HrPage } from './RoleHome';
