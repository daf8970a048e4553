export { InitiativesPage } from './InitiativesPage';
export { InitiativePage } from './InitiativePage';
