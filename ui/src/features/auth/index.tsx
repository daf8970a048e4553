import { Route, Switch } from 'wouter';
import { ForgotPassword } from './ForgotPassword';
import { SetPassword } from './SetPassword';
import { SetUp } from './SetUp';
import { SignIn } from './SignIn';

/** The doors: everything a person can see before being signed in. */
export function AuthPages() {
  return (
    <Switch>
      <Route path="/setup" component={SetUp} />
      <Route path="/forgot-password" component={ForgotPassword} />
      <Route path="/set-password" component={SetPassword} />
      <Route component={SignIn} />
    </Switch>
  );
}
