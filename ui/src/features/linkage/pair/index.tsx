export { PairPage } from './PairPage';
