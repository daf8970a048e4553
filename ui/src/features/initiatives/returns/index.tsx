export { ReturnsPage } from './ReturnsPage';
export { SettingsPage } from './SettingsPage';
