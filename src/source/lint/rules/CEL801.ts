import type { LintContext } from '../context';
import { dispatches, type Dispatch } from '../dispatch';
import { sendsWritten } from '../djangoWrites';
import type { Rule } from '../rule';
import { afterCommit, transactionAround, transactionOfAdmin } from '../transactions';

export const dispatchInTransaction: Rule = {
  code: 'CEL801',
  name: 'dispatch-in-transaction',
  severity: 'warning',
  summary: 'A task is sent inside a transaction: the worker may run it before the commit, or after a rollback.',
  *check(context) {
    for (const dispatch of dispatches(context)) {
      const transaction = transactionAround(dispatch, context);
      const inAdmin = isAboutObjectOfAdmin(dispatch, context);
      if (!transaction && !inAdmin) continue;
      const isStrong = inAdmin || (transaction !== null && sendsWritten(transaction.body, dispatch, context));
      const fix = afterCommit(dispatch, context, isStrong);
      yield {
        at: dispatch.node,
        severity: isStrong ? 'warning' : 'hint',
        message: isStrong
          ? `${inAdmin ? 'The admin saves in a transaction, and the' : 'The'} task is sent before ${inAdmin ? 'it' : 'the transaction'} commits what it is about: the worker may look for it too early, or for what a rollback took back`
          : 'The task is sent before the transaction commits: the worker may run it on data as they were, or after a rollback',
        ...(fix && { fixes: [fix] }),
      };
    }
  },
};

/** Whether a task is about what the admin saves or deletes in the transaction that it calls a method in. */
function isAboutObjectOfAdmin(dispatch: Dispatch, context: LintContext): boolean {
  const transaction = transactionOfAdmin(dispatch, context);
  return transaction !== null && sendsWritten(transaction.body, dispatch, context, transaction.written);
}
