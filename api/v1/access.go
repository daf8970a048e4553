package v1

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"rapport/api/web"
	"rapport/internal/auth"
	"rapport/internal/errs"
)

// access says, per operation of the contract, what a caller's role must allow: one of the permissions named. An
// operation that is not listed is refused to everybody. What a caller may see within an operation (a lead's teams, EX
// or CX figures) is the features' business.
var access = map[string][]auth.Permission{
	"GetSession":           public,
	"SignIn":               public,
	"SignInDemo":           public,
	"SetUp":                public,
	"RequestPasswordReset": public,
	"SetPassword":          public,
	"SignOut":              anyone,
	"SetLocale":            anyone,

	"ListUsers":    {auth.UsersManage},
	"InviteUser":   {auth.UsersManage},
	"UpdateUser":   {auth.UsersManage},
	"SendUserLink": {auth.UsersManage},
	"ListApiKeys":  {auth.UsersManage},
	"CreateApiKey": {auth.UsersManage},
	"RevokeApiKey": {auth.UsersManage},

	"ListTeams":       {auth.TeamsRead},
	"GetTeam":         {auth.TeamsRead},
	"CreateTeam":      {auth.TeamsWrite},
	"ChangeTeam":      {auth.TeamsWrite},
	"ListEmployees":   {auth.PeopleRead},
	"UpsertEmployees": {auth.PeopleWrite},
	"ListPartners":    {auth.PeopleRead},
	"UpsertPartners":  {auth.PeopleWrite},

	"ListMetrics":      {auth.MetricsRead},
	"GetMetric":        {auth.MetricsRead},
	"CreateMetric":     {auth.MetricsWrite},
	"UpdateMetric":     {auth.MetricsWrite},
	"ListMetricValues": {auth.MetricsRead},
	"PutValues":        importers,
	"ListEvents":       {auth.MetricsRead},
	"CreateEvent":      {auth.ImportOther},

	"UploadFile":    importers,
	"PreviewUpload": importers,
	"ListImports":   importers,
	"StartImport":   importers,
	"GetImport":     importers,
	"UndoImport":    importers,
	"ListMappings":  importers,
	"ListWaiting":   importers,
	"ImportSurvey":  {auth.PulsesRun},

	"ListQuestions":         {auth.PulsesRead},
	"ListProgrammes":        {auth.PulsesRead},
	"GetProgramme":          {auth.PulsesRead},
	"CreateProgramme":       {auth.PulsesRun},
	"UpdateProgramme":       {auth.PulsesRun},
	"CheckLaunch":           {auth.PulsesRun},
	"LaunchWave":            {auth.PulsesRun},
	"ListPulseChannels":     {auth.PulsesRun},
	"CreatePulseChannel":    {auth.PulsesRun},
	"UpdatePulseChannel":    {auth.PulsesRun},
	"DeletePulseChannel":    {auth.PulsesRun},
	"PingPulseChannel":      {auth.PulsesRun},
	"ListLaunchApprovals":   {auth.PulsesRun},
	"AskLaunchApproval":     {auth.PulsesRun},
	"DecideLaunchApproval":  {auth.PulsesRun},
	"ChangeWave":            {auth.PulsesRun},
	"DownloadCodes":         {auth.PulsesRun},
	"ListWaves":             {auth.PulsesRead},
	"GetWave":               {auth.PulsesRead},
	"GetResults":            {auth.PulsesRead},
	"GetTeamTrend":          {auth.PulsesRead},
	"DownloadResults":       {auth.PulsesRead},
	"DownloadResultsTable":  {auth.PulsesRead},
	"ListBenchmarks":        {auth.PulsesRead},
	"SaveBenchmarks":        {auth.PulsesRun},
	"DropBenchmark":         {auth.PulsesRun},
	"GetAnonymityAudit":     {auth.AuditRead, auth.PulsesRun},
	"RunAnonymityAudit":     {auth.AuditRead, auth.PulsesRun},
	"GetAnonymityStatement": anyone,

	"ListRuns":            {auth.FindingsRead},
	"StartRun":            {auth.RunsStart},
	"GetRun":              {auth.FindingsRead},
	"GetFinding":          {auth.FindingsRead},
	"DownloadFindingData": {auth.FindingsRead},
	"ListMethods":         {auth.FindingsRead},

	"AddFeedback":      {auth.FeedWrite},
	"AddFeedbackBatch": {auth.FeedWrite},
	"AddOrder":         {auth.FeedWrite},
	"AddOrderBatch":    {auth.FeedWrite},
	"MapTeamName":      {auth.ImportCX},

	"ListReadyMappings": importers,
	"GetDataHealth":     {auth.ImportCX},
	"ListLinks":         {auth.ImportCX},
	"CreateLink":        {auth.ImportCX},
	"UpdateLink":        {auth.ImportCX},
	"InviteForEvents":   {auth.FeedWrite},
	"ListHooks":         {auth.ImportCX},
	"CreateHook":        {auth.ImportCX},
	"UpdateHook":        {auth.ImportCX},
	"RotateHookSecret":  {auth.ImportCX},
	"ListFeeds":         {auth.ImportCX},
	"CreateFeed":        {auth.ImportCX},
	"UpdateFeed":        {auth.ImportCX},

	"ListTouchpoints": {auth.MetricsRead},

	"ListJourneys":         {auth.MetricsRead},
	"CreateJourney":        {auth.ImportCX},
	"UpdateJourney":        {auth.ImportCX},
	"GetJourneyMap":        {auth.MetricsRead},
	"RefreshJourneys":      {auth.ImportCX},
	"GetTouchpointFigures": {auth.MetricsRead},
	"ListCases":            {auth.ActionsRead},
	"GetCase":              {auth.ActionsRead},
	"UpdateCase":           {auth.ActionsWrite},
	"GetCaseTally":         {auth.ActionsRead},
	"ListCaseRules":        {auth.MetricsRead},
	"CreateCaseRule":       {auth.ImportCX},
	"UpdateCaseRule":       {auth.ImportCX},
	"ListPains":            {auth.LedgerRead},
	"GetLoyalty":           {auth.LedgerRead},
	"ListLateDeliveries":   {auth.LedgerRead},
	"DownloadJourneyCsv":   {auth.MetricsRead}, // the handler asks more of the table of pains
	"DownloadJourneyXlsx":  {auth.MetricsRead},

	"CreateTouchpoint": {auth.ImportCX},
	"UpdateTouchpoint": {auth.ImportCX},

	"ListOutcomes":      {auth.MetricsRead},
	"DeclareCovariates": {auth.MetricsWrite},
	"ListComments":      {auth.MetricsRead},
	"GetCommentSummary": {auth.MetricsRead},

	"GetCustomerValue":   {auth.LedgerRead},
	"GetCustomerRecords": {auth.ImportCX},
	"EraseCustomer":      {auth.ImportCX},

	"ListGoals":       {auth.MetricsRead},
	"ListGoalMetrics": {auth.MetricsRead},
	"SetGoal":         {auth.GoalsWrite},
	"RefreshGoals":    {auth.GoalsWrite},
	"ListBarriers":    {auth.MetricsRead},
	"AddBarrier":      {auth.BarriersWrite},
	"UpdateBarrier":   {auth.BarriersWrite},

	"ListProposals":    {auth.ProposalsRead},
	"GetProposal":      {auth.ProposalsRead},
	"CreateProposal":   {auth.ProposalsWrite},
	"UpdateProposal":   {auth.ProposalsWrite},
	"GiveEstimate":     {auth.ProposalsWrite},
	"TurnRound":        {auth.ProposalsDecide},
	"ParkProposal":     {auth.ProposalsDecide},
	"AcceptProposal":   {auth.ProposalsDecide},
	"ActOnProposal":    {auth.ProposalsDecide},
	"WithdrawProposal": {auth.ProposalsDecide},
	"RankProposals":    {auth.ProposalsDecide},
	"AskWhatIf":        {auth.ProposalsRead},

	"ListInitiatives":       {auth.LedgerRead},
	"CreateInitiative":      {auth.LedgerWrite},
	"GetInitiative":         {auth.LedgerRead},
	"UpdateInitiative":      {auth.LedgerWrite},
	"SealInitiative":        {auth.LedgerWrite},
	"StartOutlook":          {auth.LedgerWrite},
	"RehearseInitiative":    {auth.LedgerWrite},
	"StartEvaluation":       {auth.LedgerWrite},
	"StartForecast":         {auth.LedgerWrite},
	"GetForecast":           {auth.LedgerRead},
	"ApproveForecast":       {auth.LedgerApprove},
	"GetForecastRecord":     {auth.LedgerRead},
	"ListReturns":           {auth.LedgerRead},
	"ListTeamReturns":       {auth.LedgerRead},
	"GetReturnsChain":       {auth.LedgerRead},
	"StateQuarter":          {auth.FinanceSet},
	"ListReturnsSettings":   {auth.LedgerRead},
	"GetReturnsSettings":    {auth.LedgerRead},
	"UpdateReturnsSettings": {auth.FinanceSet},

	"ListReports":        {auth.FindingsRead}, // which teams, and whether the organisation: report.Service looks
	"GetReport":          {auth.FindingsRead},
	"ListReportVersions": {auth.FindingsRead},
	"GetMyTeam":          {auth.FindingsRead}, // which teams: report.Service looks
	"ApproveReport":      {auth.ReportsApprove},
	"DownloadReportPdf":  {auth.FindingsRead},
	"DownloadReportXlsx": {auth.FindingsRead},
	"DownloadReportCsv":  {auth.FindingsRead},

	"ListJobs":     {auth.JobsRead},
	"ListJobRuns":  {auth.JobsRead},
	"RunJob":       {auth.JobsRun},
	"GetOperation": anyone, // own operations only; the handler looks

	"ListAlerts":          anyone,
	"MarkAlertsRead":      anyone,
	"GetAlertSettings":    anyone,
	"UpdateAlertSettings": anyone,
	"ListWebhooks":        {auth.UsersManage},
	"CreateWebhook":       {auth.UsersManage},
	"UpdateWebhook":       {auth.UsersManage},
	"DeleteWebhook":       {auth.UsersManage},
	"PingWebhook":         {auth.UsersManage},

	"ListActions":      {auth.ActionsRead},
	"CreateAction":     {auth.ActionsWrite},
	"GetAction":        {auth.ActionsRead},
	"UpdateAction":     {auth.ActionsWrite},
	"ListActionOwners": {auth.ActionsWrite},

	"ListSubscriptions":       anyone, // own ones and those made for others
	"CreateSubscription":      anyone, // what the reader may see: subscription.Service looks
	"UpdateSubscription":      anyone,
	"DeleteSubscription":      anyone,
	"ListSubscriptionReaders": {auth.SubscribeOthers},

	"ListAuditEntries": {auth.AuditRead},
	"VerifyAudit":      {auth.AuditRead},
}

// public needs nobody signed in; anyone needs somebody.
var (
	public    = []auth.Permission{"public"}
	anyone    = []auth.Permission{"anyone"}
	importers = []auth.Permission{auth.ImportEX, auth.ImportCX, auth.ImportOther, auth.PeopleWrite}
)

// Allow refuses callers whose role the table does not name for an operation (by its id in the contract).
func Allow(c *gin.Context, operation string) error {
	want, listed := access[strings.ToUpper(operation[:1])+operation[1:]]
	if !listed {
		return errs.New(errs.KindInternal, "internal").Because(fmt.Errorf("operation %s has no entry in the access table", operation))
	}
	if slices.Equal(want, public) {
		return nil
	}
	p, err := auth.From(c)
	if err != nil {
		return web.Refusal(c)
	}
	if !slices.Equal(want, anyone) && !slices.ContainsFunc(want, p.May) {
		return errs.Forbidden("not_allowed").With("permission", string(want[0]))
	}
	return nil
}

// checkAccess asks Allow once more, directly before a handler: no way of routing leads around it.
func checkAccess(next StrictHandlerFunc, operation string) StrictHandlerFunc {
	return func(c *gin.Context, request any) (any, error) {
		if err := Allow(c, operation); err != nil {
			return nil, err
		}
		return next(c, request)
	}
}
