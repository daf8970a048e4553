export { ValuePage } from './ValuePage';
