export { ProgrammesPage } from './ProgrammesPage';
export { ProgrammePage } from './ProgrammePage';
