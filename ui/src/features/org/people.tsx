export function EmployeesPage() { return null; }
export function PartnersPage() { return null; }
