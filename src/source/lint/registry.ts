import type { Rule } from './rule';
import { arityMismatch } from './rules/CEL101';
import { execOptionInDelay } from './rules/CEL102';
import { argsNotSequence } from './rules/CEL103';
import { unknownApplyOption } from './rules/CEL104';
import { optionType } from './rules/CEL105';
import { naiveEta } from './rules/CEL106';
import { longCountdown } from './rules/CEL107';
import { sendTaskUnknown } from './rules/CEL108';
import { nonSerializableArgument } from './rules/CEL201';
import { lossyArgument } from './rules/CEL202';
import { staleObject } from './rules/CEL203';
import { taskParamType } from './rules/CEL204';
import { unknownTaskOption } from './rules/CEL301';
import { bindSelfMismatch } from './rules/CEL302';
import { duplicateTaskName } from './rules/CEL303';
import { unwrappedDecorator } from './rules/CEL304';
import { asyncTask } from './rules/CEL305';
import { timeLimitOrder } from './rules/CEL306';
import { rateLimitFormat } from './rules/CEL307';
import { decoratorOrder } from './rules/CEL308';
import { removedApi } from './rules/CEL309';
import { taskOnMethod } from './rules/CEL310';
import { nestedTask } from './rules/CEL311';
import { taskNotImported } from './rules/CEL312';
import { pickleExceptions } from './rules/CEL313';
import { importPathName } from './rules/CEL314';
import { deprecatedTaskAttribute } from './rules/CEL315';
import { retrySwallowed } from './rules/CEL401';
import { retryPositionalExc } from './rules/CEL402';
import { autoretryNotIterable } from './rules/CEL403';
import { autoretryOnHardLimit } from './rules/CEL404';
import { retryOptionsDead } from './rules/CEL405';
import { retryForever } from './rules/CEL406';
import { autoretryBroad } from './rules/CEL407';
import { noBackoff } from './rules/CEL408';
import { autoretrySwallowed } from './rules/CEL409';
import { signatureNeverSent } from './rules/CEL501';
import { errbackSignature } from './rules/CEL502';
import { resultGetInTask } from './rules/CEL503';
import { canvasMember } from './rules/CEL504';
import { chainMutability } from './rules/CEL505';
import { getOnIgnored } from './rules/CEL506';
import { chordBackend } from './rules/CEL507';
import { beatUnknownTask } from './rules/CEL601';
import { crontabEveryMinute } from './rules/CEL602';
import { crontabInvalid } from './rules/CEL603';
import { crontabStep } from './rules/CEL604';
import { beatEntryShape } from './rules/CEL605';
import { beatArgsMismatch } from './rules/CEL606';
import { beatArgFrozen } from './rules/CEL607';
import { beatLongInterval } from './rules/CEL609';
import { crontabDomAndDow } from './rules/CEL610';
import { timezoneUnset } from './rules/CEL611';
import { relativeInterval } from './rules/CEL612';
import { legacySettingIgnored } from './rules/CEL701';
import { unknownSetting } from './rules/CEL702';
import { prefixedWithoutNamespace } from './rules/CEL703';
import { routeMatchesNothing } from './rules/CEL704';
import { serializerNotAccepted } from './rules/CEL705';
import { mixedSettingStyles } from './rules/CEL706';
import { pickleAccepted } from './rules/CEL707';
import { brokerCredentials } from './rules/CEL708';
import { eagerOutsideTests } from './rules/CEL709';
import { memoryUnit } from './rules/CEL710';
import { prefetch } from './rules/CEL711';
import { acksLateVisibility } from './rules/CEL712';
import { poolMismatch } from './rules/CEL713';
import { queueTypo } from './rules/CEL714';
import { queueExpiresLosesTasks } from './rules/CEL715';
import { deprecatedSetting } from './rules/CEL716';
import { brokerScheme } from './rules/CEL717';
import { zstdMissing } from './rules/CEL718';
import { maxTasksZero } from './rules/CEL719';
import { dispatchInTransaction } from './rules/CEL801';
import { appNotImported } from './rules/CEL802';
import { atomicRequests } from './rules/CEL803';
import { signalDispatch } from './rules/CEL804';

/** Every rule, by code. A new one is added here, and gets a page in docs/rules and a test in test/unit/lint/rules. */
export const rules: readonly Rule[] = [
  arityMismatch, execOptionInDelay, argsNotSequence, unknownApplyOption, optionType, naiveEta, longCountdown, sendTaskUnknown,
  nonSerializableArgument, lossyArgument, staleObject, taskParamType,
  unknownTaskOption, bindSelfMismatch, duplicateTaskName, unwrappedDecorator, asyncTask, timeLimitOrder, rateLimitFormat, decoratorOrder, removedApi, taskOnMethod, nestedTask, taskNotImported, pickleExceptions, importPathName, deprecatedTaskAttribute,
  retrySwallowed, retryPositionalExc, autoretryNotIterable, autoretryOnHardLimit, retryOptionsDead, retryForever, autoretryBroad, noBackoff, autoretrySwallowed,
  signatureNeverSent, errbackSignature, resultGetInTask, canvasMember, chainMutability, getOnIgnored, chordBackend,
  beatUnknownTask, crontabEveryMinute, crontabInvalid, crontabStep, beatEntryShape, beatArgsMismatch, beatArgFrozen, beatLongInterval, crontabDomAndDow, timezoneUnset, relativeInterval,
  legacySettingIgnored, unknownSetting, prefixedWithoutNamespace, routeMatchesNothing, serializerNotAccepted, mixedSettingStyles, pickleAccepted, brokerCredentials, eagerOutsideTests, memoryUnit, prefetch, acksLateVisibility, poolMismatch, queueTypo, queueExpiresLosesTasks, deprecatedSetting, brokerScheme, zstdMissing, maxTasksZero,
  dispatchInTransaction, appNotImported, atomicRequests, signalDispatch,
];

/** Whether a code, the beginning of one, or a name chooses a rule. */
export function selects(selector: string, { code, name }: Pick<Rule, 'code' | 'name'>): boolean {
  return code.startsWith(selector.toUpperCase()) || name === selector;
}

/** Those that choose no rule. */
export function unknownSelectors(selectors: readonly string[]): string[] {
  return selectors.filter(selector => !rules.some(rule => selects(selector, rule)));
}

export function ruleOf(selector: string): Rule | null {
  return rules.find(({ code, name }) => code === selector.toUpperCase() || name === selector) ?? null;
}
