// The shape of all texts: types and tests read it, the program never does (it loads the files one by one).
import actions from './actions.json';
import alerts from './alerts.json';
import app from './app.json';
import words from './words.json';
import auth from './auth.json';
import linkage from './linkage.json';
import imports from './imports.json';
import org from './org.json';
import series from './series.json';
import jobs from './jobs.json';
import audit from './audit.json';
import admin from './admin.json';
import pulse from './pulse.json';
import initiatives from './initiatives.json';
import forecast from './forecast.json';
import returns from './returns.json';
import collect from './collect.json';
import comments from './comments.json';
import customers from './customers.json';
import goals from './goals.json';
import home from './home.json';
import cases from './cases.json';
import journeys from './journeys.json';
import reports from './reports.json';
import subscriptions from './subscriptions.json';
import invest from './invest.json';

export const catalog = {
  alerts,
  actions,
  app,
  words,
  auth,
  linkage,
  imports,
  org,
  series,
  jobs,
  audit,
  admin,
  pulse,
  initiatives,
  forecast,
  returns,
  collect,
  comments,
  customers,
  goals,
  home,
  cases,
  journeys,
  reports,
  subscriptions,
  invest,
};
