import { dispatches } from '../dispatch';
import { sendsWritten } from '../djangoWrites';
import type { Rule } from '../rule';
import { afterCommit, transactionAround } from '../transactions';

export const dispatchInTransaction: Rule = {
  code: 'CEL801',
  name: 'dispatch-in-transaction',
  severity: 'warning',
  summary: 'A task is sent inside a transaction: the worker may run it before the commit, or after a rollback.',
  *check(context) {
    for (const dispatch of dispatches(context)) {
      const transaction = transactionAround(dispatch, context);
      if (!transaction) continue;
      const isStrong = sendsWritten(transaction.body, dispatch, context);
      const fix = afterCommit(dispatch, context, isStrong);
      yield {
        at: dispatch.node,
        severity: isStrong ? 'warning' : 'hint',
        message: isStrong
          ? 'The task is sent before the transaction commits what it is about: the worker may look for it too early, or for what a rollback took back'
          : 'The task is sent before the transaction commits: the worker may run it on data as they were, or after a rollback',
        ...(fix && { fixes: [fix] }),
      };
    }
  },
};
