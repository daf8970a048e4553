export { AnonymityPage } from './AnonymityPage';
