export { EmployeesPage } from './EmployeesPage';
export { PartnersPage } from './PartnersPage';
