export { ActionsPage } from './ActionsPage';
export { ActionPage } from './ActionPage';
export { NewActionPage } from './NewActionPage';
