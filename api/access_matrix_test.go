package main

import "rapport/internal/auth"

// entry says who may use an operation, and with which request to try. Ids in the path are "none": what matters is
// whether the caller gets as far as being told that there is no such thing.
type entry struct {
	public bool
	roles  []auth.Role
	body   any
	query  string
	fresh  bool // ends or changes the caller's session: sign in anew for each try
}

func is(roles ...auth.Role) []auth.Role { return roles }

var (
	everybody = auth.Roles
	admins    = is(auth.Admin)
	hr        = is(auth.Admin, auth.HR)
	importing = is(auth.Admin, auth.HR, auth.CX)
	watching  = is(auth.Admin, auth.HR, auth.CX, auth.Auditor)
	auditing  = is(auth.Admin, auth.Auditor)
	anonymity = is(auth.Admin, auth.HR, auth.Auditor)
	proposing = is(auth.Admin, auth.HR, auth.CX, auth.Executive, auth.Lead)
	leading   = is(auth.Admin, auth.HR, auth.CX, auth.Executive)
	acting    = is(auth.Admin, auth.HR, auth.CX, auth.Lead, auth.Executive)
	ledger    = is(auth.Admin, auth.HR, auth.CX, auth.Executive, auth.Auditor)
)

// accessMatrix is what this program promises about access, written down a second time on purpose: api/v1/access.go must
// agree with it.
var accessMatrix = map[string]entry{
	"getSession":           {public: true},
	"signIn":               {public: true, body: object{"email": "x@example.com", "password": "x"}},
	"signInDemo":           {public: true, body: object{"role": "hr"}},
	"setUp":                {public: true, body: object{"code": "x", "email": "x@example.com", "name": "X", "password": "seven green umbrellas"}},
	"requestPasswordReset": {public: true, body: object{"email": "x@example.com"}},
	"setPassword":          {public: true, body: object{"token": "x", "password": "seven green umbrellas"}},
	"signOut":              {roles: everybody, fresh: true},
	"setLocale":            {roles: everybody, body: object{"locale": "pl"}},

	"listUsers":    {roles: admins},
	"inviteUser":   {roles: admins, body: object{"email": "new@example.com", "name": "New", "role": "hr"}},
	"updateUser":   {roles: admins, body: object{"name": "X", "role": "hr", "team_ids": []string{}, "active": true}},
	"sendUserLink": {roles: admins},
	"listApiKeys":  {roles: admins},
	"createApiKey": {roles: admins, body: object{"name": "X", "role": "hr"}},
	"revokeApiKey": {roles: admins},

	"listTeams":       {roles: everybody},
	"getTeam":         {roles: everybody},
	"createTeam":      {roles: hr, body: object{"name": "New"}},
	"changeTeam":      {roles: hr, body: object{"kind": "close", "on": "2025-01-01"}},
	"listEmployees":   {roles: hr},
	"upsertEmployees": {roles: hr, body: object{"items": []object{{"external_id": "1", "team": "Own"}}}, query: "?dry_run=true"},
	"listPartners":    {roles: hr},
	"upsertPartners":  {roles: hr, body: object{"items": []object{{"external_id": "1", "teams": []string{"Own"}}}}, query: "?dry_run=true"},

	"listMetrics":      {roles: everybody},
	"getMetric":        {roles: everybody},
	"createMetric":     {roles: importing, body: metricBody},
	"updateMetric":     {roles: importing, body: metricBody},
	"listMetricValues": {roles: everybody},
	"putValues":        {roles: importing, body: object{"items": []object{{"team": "Own", "period": "2025-01", "metric": "none", "value": 1}}}, query: "?dry_run=true"},
	"listEvents":       {roles: everybody},
	"createEvent":      {roles: importing, body: object{"on": "2025-01-01", "title": "Strike", "kind": "other"}},

	"uploadFile":    {roles: importing, body: "team,period,x\nOwn,2025-01,1\n", query: "?name=x.csv"},
	"previewUpload": {roles: importing, body: object{"kind": "series"}},
	"listImports":   {roles: importing},
	"startImport":   {roles: importing, body: object{"upload_id": "none", "mapping": object{"kind": "series"}}},
	"getImport":     {roles: importing},
	"undoImport":    {roles: importing},
	"listMappings":  {roles: importing},
	"importSurvey":  {roles: hr, body: object{"mapping": object{"kind": "survey"}, "rows": []object{}}},
	"listWaiting":   {roles: importing},

	"listQuestions":         {roles: everybody},
	"listProgrammes":        {roles: everybody},
	"getProgramme":          {roles: everybody},
	"createProgramme":       {roles: hr, body: object{}},
	"updateProgramme":       {roles: hr, body: object{}},
	"checkLaunch":           {roles: hr},
	"launchWave":            {roles: hr, body: object{}},
	"listPulseChannels":     {roles: hr},
	"createPulseChannel":    {roles: hr, body: object{"name": "X", "kind": "slack", "url": "https://127.0.0.1/x", "locale": "en", "active": true}},
	"updatePulseChannel":    {roles: hr, body: object{"name": "X", "kind": "slack", "locale": "en", "active": true}},
	"deletePulseChannel":    {roles: hr},
	"pingPulseChannel":      {roles: hr},
	"listLaunchApprovals":   {roles: hr},
	"askLaunchApproval":     {roles: hr, body: object{"title": "X"}},
	"decideLaunchApproval":  {roles: hr, body: object{"approve": false}},
	"changeWave":            {roles: hr, body: object{}},
	"downloadCodes":         {roles: hr},
	"listWaves":             {roles: everybody},
	"getWave":               {roles: everybody},
	"getResults":            {roles: everybody},
	"getTeamTrend":          {roles: everybody},
	"downloadResults":       {roles: everybody},
	"downloadResultsTable":  {roles: everybody, query: "?table=groups"},
	"listBenchmarks":        {roles: everybody},
	"saveBenchmarks":        {roles: hr, body: object{"items": []object{{"figure": "care", "value": 70, "source": "X", "on": "2025-01-01"}}}},
	"dropBenchmark":         {roles: hr},
	"getAnonymityAudit":     {roles: anonymity},
	"runAnonymityAudit":     {roles: anonymity},
	"getAnonymityStatement": {roles: everybody},

	"listRuns":            {roles: everybody},
	"startRun":            {roles: importing, body: object{}},
	"getRun":              {roles: everybody},
	"getFinding":          {roles: everybody},
	"downloadFindingData": {roles: everybody},
	"listMethods":         {roles: everybody},

	"listGoals":       {roles: everybody},
	"listGoalMetrics": {roles: everybody},
	"setGoal":         {roles: leading, body: object{"metric": "none", "kind": "desired", "from": "2026-01-01", "value": 1}},
	"refreshGoals":    {roles: leading},
	"listBarriers":    {roles: everybody},
	"addBarrier":      {roles: proposing, body: object{"name": "X"}},
	"updateBarrier":   {roles: proposing, body: object{"name": "X", "version": 1}},

	"listProposals":    {roles: everybody},
	"getProposal":      {roles: everybody},
	"createProposal":   {roles: proposing, body: object{"name": "X", "behaviour": "x", "metric": "none", "purpose": "skills", "side": "employee"}},
	"updateProposal":   {roles: proposing, body: object{"version": 1, "idea": object{"name": "X", "behaviour": "x", "metric": "none", "purpose": "skills", "side": "employee"}}},
	"giveEstimate":     {roles: proposing, body: object{"share": .5, "probability": .5, "cost": 1}},
	"turnRound":        {roles: leading, body: object{"version": 1, "open": false}},
	"parkProposal":     {roles: leading, body: object{"version": 1}},
	"acceptProposal":   {roles: leading, body: object{"version": 1, "starts_on": "2026-01-01", "ends_on": "2026-12-31"}},
	"actOnProposal":    {roles: leading, body: object{"version": 1, "action": object{"title": "X", "owner_id": "none", "due_on": "2027-01-01"}}},
	"withdrawProposal": {roles: leading, body: object{"version": 1}},
	"rankProposals":    {roles: leading},
	"askWhatIf":        {roles: everybody, body: object{"metric": "none", "delta": 1}},

	"listInitiatives":       {roles: ledger},
	"createInitiative":      {roles: importing, body: planBody},
	"getInitiative":         {roles: ledger},
	"updateInitiative":      {roles: importing, body: object{"plan": planBody, "version": 1, "reason": "why"}},
	"sealInitiative":        {roles: importing, body: object{"version": 1}},
	"startOutlook":          {roles: importing},
	"rehearseInitiative":    {roles: importing, body: planBody},
	"startEvaluation":       {roles: importing},
	"addFeedback":           {roles: is(auth.Admin, auth.CX), body: object{"source_id": "1", "answered_at": "2999-01-01T00:00:00Z"}},
	"addFeedbackBatch":      {roles: is(auth.Admin, auth.CX), body: object{"items": []object{{"source_id": "1", "answered_at": "2999-01-01T00:00:00Z"}}}},
	"addOrder":              {roles: is(auth.Admin, auth.CX), body: orderBody},
	"addOrderBatch":         {roles: is(auth.Admin, auth.CX), body: object{"items": []object{orderBody}}},
	"mapTeamName":           {roles: is(auth.Admin, auth.CX), body: object{"name": "X", "team_id": "none"}},
	"listReadyMappings":     {roles: importing},
	"getDataHealth":         {roles: is(auth.Admin, auth.CX)},
	"listLinks":             {roles: is(auth.Admin, auth.CX)},
	"createLink":            {roles: is(auth.Admin, auth.CX), body: object{"name": "X", "touchpoint_id": "none", "languages": []string{"en"}}},
	"updateLink":            {roles: is(auth.Admin, auth.CX), body: object{"name": "X", "touchpoint_id": "none", "languages": []string{"en"}}},
	"inviteForEvents":       {roles: is(auth.Admin, auth.CX), body: object{"items": []object{{"event_id": "1", "email": "a@example.com"}}}},
	"listHooks":             {roles: is(auth.Admin, auth.CX)},
	"createHook":            {roles: is(auth.Admin, auth.CX), body: object{"name": "X", "mapping": object{"kind": "series"}}},
	"updateHook":            {roles: is(auth.Admin, auth.CX), body: object{"name": "X", "mapping": object{"kind": "series"}}},
	"rotateHookSecret":      {roles: is(auth.Admin, auth.CX)},
	"listFeeds":             {roles: is(auth.Admin, auth.CX)},
	"createFeed":            {roles: is(auth.Admin, auth.CX), body: object{"name": "X", "from": "x.csv", "mapping": object{"kind": "series"}}},
	"updateFeed":            {roles: is(auth.Admin, auth.CX), body: object{"name": "X", "from": "x.csv", "mapping": object{"kind": "series"}}},
	"listTouchpoints":       {roles: everybody},
	"listJourneys":          {roles: everybody},
	"createJourney":         {roles: is(auth.Admin, auth.CX), body: object{"name": "X", "stages": []string{"A"}}},
	"updateJourney":         {roles: is(auth.Admin, auth.CX), body: object{"name": "X", "stages": []string{"A"}, "version": 1}},
	"getJourneyMap":         {roles: everybody},
	"refreshJourneys":       {roles: is(auth.Admin, auth.CX)},
	"getTouchpointFigures":  {roles: everybody},
	"listCases":             {roles: everybody},
	"getCase":               {roles: everybody},
	"updateCase":            {roles: acting, body: object{"version": 1}},
	"getCaseTally":          {roles: everybody},
	"listCaseRules":         {roles: everybody},
	"createCaseRule":        {roles: is(auth.Admin, auth.CX), body: object{"type": "csat", "at_most": 2, "days": 3}},
	"updateCaseRule":        {roles: is(auth.Admin, auth.CX), body: object{"type": "csat", "at_most": 2, "days": 3, "version": 1}},
	"listPains":             {roles: ledger},
	"getLoyalty":            {roles: ledger},
	"listLateDeliveries":    {roles: ledger},
	"downloadJourneyCsv":    {roles: everybody},
	"downloadJourneyXlsx":   {roles: everybody},
	"createTouchpoint":      {roles: is(auth.Admin, auth.CX), body: object{"name": "Desk", "kind": "physical"}},
	"updateTouchpoint":      {roles: is(auth.Admin, auth.CX), body: object{"name": "Desk", "kind": "physical", "version": 1}},
	"listOutcomes":          {roles: everybody},
	"declareCovariates":     {roles: importing, body: object{"covariates": []string{}}},
	"listComments":          {roles: everybody},
	"getCommentSummary":     {roles: everybody},
	"getCustomerValue":      {roles: ledger},
	"getCustomerRecords":    {roles: is(auth.Admin, auth.CX), query: "?customer=nobody"},
	"eraseCustomer":         {roles: is(auth.Admin, auth.CX), body: object{"customer": "nobody", "reason": "asked for"}},
	"startForecast":         {roles: importing},
	"getForecast":           {roles: ledger},
	"approveForecast":       {roles: is(auth.Admin, auth.Executive), body: object{"hash": "none"}},
	"getForecastRecord":     {roles: ledger},
	"listReports":           {roles: everybody, query: "?team=none"},
	"getReport":             {roles: everybody, query: "?team=none"},
	"getMyTeam":             {roles: everybody, query: "?team=none"},
	"listReportVersions":    {roles: everybody, query: "?team=none"},
	"approveReport":         {roles: is(auth.Admin, auth.Executive), query: "?team=none", body: object{"version": 1}},
	"downloadReportPdf":     {roles: everybody, query: "?team=none"},
	"downloadReportXlsx":    {roles: everybody, query: "?team=none"},
	"downloadReportCsv":     {roles: everybody, query: "?team=none"},
	"listReturns":           {roles: ledger},
	"listTeamReturns":       {roles: ledger},
	"getReturnsChain":       {roles: ledger},
	"stateQuarter":          {roles: is(auth.Admin, auth.Executive)},
	"listReturnsSettings":   {roles: ledger},
	"getReturnsSettings":    {roles: ledger},
	"updateReturnsSettings": {roles: is(auth.Admin, auth.Executive), body: object{"version": 99, "currency": "EUR", "fiscal_start": 1}},

	"listJobs":     {roles: watching},
	"listJobRuns":  {roles: watching},
	"runJob":       {roles: admins, body: object{}},
	"getOperation": {roles: everybody},

	"listAlerts":              {roles: everybody},
	"markAlertsRead":          {roles: everybody, body: object{}},
	"getAlertSettings":        {roles: everybody},
	"updateAlertSettings":     {roles: everybody, body: object{"off_app": []string{}, "off_mail": []string{}}},
	"listSubscriptions":       {roles: everybody},
	"createSubscription":      {roles: everybody, body: object{"subject": "view", "path": "/goals", "rhythm": "weekly"}},
	"updateSubscription":      {roles: everybody, body: object{"rhythm": "weekly"}},
	"deleteSubscription":      {roles: everybody},
	"listSubscriptionReaders": {roles: leading, query: "?subject=view&path=/goals"},

	"listWebhooks":  {roles: admins},
	"createWebhook": {roles: admins, body: object{"url": "https://127.0.0.1/x", "kinds": []string{}, "active": false}},
	"updateWebhook": {roles: admins, body: object{"url": "https://127.0.0.1/x", "kinds": []string{}, "active": false}},
	"deleteWebhook": {roles: admins},
	"pingWebhook":   {roles: admins},

	"listActions":      {roles: everybody},
	"createAction":     {roles: acting, body: object{"title": "X", "owner_id": "none", "due_on": "2027-01-01"}},
	"getAction":        {roles: everybody},
	"updateAction":     {roles: acting, body: object{"version": 1}},
	"listActionOwners": {roles: acting, query: "?team_id=none"},

	"listAuditEntries": {roles: auditing},
	"verifyAudit":      {roles: auditing},
}

// orderBody is an order from the future, so that nothing is stored.
var orderBody = object{"order_id": "1", "customer": "c", "purchased_at": "2999-01-01T00:00:00Z", "value_minor": 1, "currency": "EUR"}

var metricBody = object{"key": "engagement", "name": "Engagement", "kind": "ex", "higher_is_better": true, "aggregation": "mean"}

// planBody names a team and a metric that do not exist: who may ask is told so.
var planBody = object{"name": "X", "purpose": "skills", "side": "employee", "metric": "none", "ends_on": "2026-12-31", "treated": []object{{"team": "none", "on": "2026-01-01"}}}
