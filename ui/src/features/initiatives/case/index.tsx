export { CasePanel } from './CasePanel';
