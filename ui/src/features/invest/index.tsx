export { InvestPage } from './InvestPage';
export { ProposalPage } from './ProposalPage';
export { ProposalFormPage } from './ProposalFormPage';
export { WhatIfPage } from './WhatIfPage';
