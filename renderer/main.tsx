/** Entry: prepares the theme, then mounts the app. Must never hold state of its own. */
import './no-eval.ts';
import 'virtual:uswds-subset.css';
import './styles/tokens.css';
import './styles/base.css';
import './styles/controls.css';
import './styles/shell.css';
import './styles/lists.css';
import './styles/packet.css';
import './styles/forms.css';
import './styles/redline.css';
import './styles/return-sheet.css';
import './styles/document.css';
import './styles/dialogs.css';
import './styles/session.css';
import './styles/screens.css';
import './styles/practice.css';
import './styles/custody.css';
import './styles/training.css';
import './styles/onboarding.css';
import './styles/print.css';
import './styles/import.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './App.tsx';
import { backend } from './api.ts';
import { AlarmBell } from './shell/AlarmBell.tsx';
import { applyLook } from './store.ts';
import { listenForChanges } from './use-query.ts';

applyLook();
listenForChanges(backend);
const root = document.getElementById('root');
if (!root) throw new Error('page without #root');
createRoot(root).render(
  <StrictMode>
    <App />
    <AlarmBell />
  </StrictMode>,
);
