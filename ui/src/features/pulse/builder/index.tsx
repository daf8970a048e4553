export { BuilderPage } from './BuilderPage';
