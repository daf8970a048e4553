/** What a metric measures, in the order in which one leads to the next. */
export const kinds = ['ex', 'cx', 'behaviour', 'money', 'outcome', 'confounder'] as const;
