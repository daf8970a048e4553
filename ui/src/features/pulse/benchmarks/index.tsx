export { BenchmarksPage } from './BenchmarksPage';
