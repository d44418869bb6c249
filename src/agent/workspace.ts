import { createHash } from 'node:crypto';
import path from 'node:path';
import { AGENT_PROTOCOL, type AgentNotifications, type AgentStorage, type Consent, type Interpreter, type ProjectSettings } from '../shared/agentProtocol';
import { identityKey, LOCAL } from '../shared/identity';
import { problem, ProblemError } from '../shared/problem';
import type { RunDetails } from '../shared/run';
import type { ServiceKind } from '../shared/service';
import { readEnvFile } from '../live/process/envFile';
import { childEnvironment } from '../live/process/environment';
import type { Guard } from '../live/process/guarded';
import { beatCommand, nodeName } from '../live/process/celery';
import { findInterpreters } from '../live/python/interpreters';
import { RunStore } from '../live/runs/store';
import { toProblem, type Handlers } from './connection';
import { LiveLink } from './liveLink';
import { OwnService } from './ownService';
import { ProjectionStore } from './projection';

type Notify = <N extends keyof AgentNotifications>(method: N, params: AgentNotifications[N]) => void;

/** Runs that hosts hold; the Monitor asks for more. */
const NEWEST = 200;
