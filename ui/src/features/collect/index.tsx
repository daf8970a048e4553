export { CollectPage } from './CollectPage';
export { HealthPage } from './HealthPage';
