export { CommentsPage } from './CommentsPage';
