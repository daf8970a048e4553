export { MapPage } from './MapPage';
export { OverviewPage } from './OverviewPage';
export { PainsPage } from './PainsPage';
export { PointPage } from './PointPage';
