import './styles';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { startI18n } from '@/i18n';
import { App } from './App';
import { createQueries } from './queries';
import { prepare } from './Routes';

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
const queries = createQueries();

// In no top-level await: the files of the pages import this one, and would wait for it for ever.
void startI18n()
  .then(() => prepare(queries))
  .catch(() => undefined)
  .then(() => {
    createRoot(root).render(
      <StrictMode>
        <App queries={queries} />
      </StrictMode>,
    );
  });
