// Package returns computes the three returns of an investment in experience, ROI, ROV and ROX, each with its interval.
//
// A Case holds benefit lines (each with value, standard error, evidence grade and the source of its price), costs, the
// tail of customers kept or won, and the chain from employee experience through customer experience to margin. Compute
// draws all of them jointly and gives every return as the plug-in estimate beside the percentiles of the joint draw.
//
// All three returns are (value − investment) / investment, as fractions. Money is whole minor units of one currency.
// Lines of grade A and B enter ROI whatever their sign; C is indicative and enters nothing; D and E rest on models and
// enter ROV only. The package never guesses a missing figure.
//
// Service makes the cases of the initiatives in the ledger, pools them by purpose and over the organisation, and keeps
// the results; everything else is pure.
package returns
