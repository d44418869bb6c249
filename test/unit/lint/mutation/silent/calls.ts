import { head, type Guards, type SilentCode } from './silent';

const amqp = (rest: string): SilentCode => ({ files: { 'shop/__init__.py': '', 'shop/app.py': `${head.replace('redis://localhost', 'amqp://localhost')}\n\n${rest}` } });

/** Guards of the rules about calling a task. */
export const calls: Guards = {
  CEL107: {
    'an hour on Redis': 'add.apply_async((1, 2), countdown=3600)\n',
    'two hours where Redis waits three': "app.conf.broker_transport_options = {'visibility_timeout': 10800}\nadd.apply_async((1, 2), countdown=7200)\n",
    'options of the broker that are not known': "from shop.other import OPTIONS\n\napp.conf.broker_transport_options = OPTIONS\nadd.apply_async((1, 2), countdown=7200)\n",
    'a wait that is not known': 'from shop.other import WAIT\n\nadd.apply_async((1, 2), countdown=WAIT)\nadd.apply_async((1, 2), eta=WAIT + datetime.timedelta(days=1))\n',
    'two hours for a task that runs here': 'add.apply((1, 2), countdown=7200)\n',
    'a limit that the pauses never reach': '@app.task(autoretry_for=(OSError,), retry_backoff=True, retry_backoff_max=86400)\ndef backing(x):\n    return x\n',
    'how often a chord looks': 'chord([add.s(1, 2), add.s(3, 4)], total.s()).apply_async(countdown=7200)\n',
    'two hours in a quorum queue': amqp("app.conf.task_default_queue_type = 'quorum'\nadd.apply_async((1, 2), countdown=7200)\n"),
    'two hours in a queue of RabbitMQ that waits': amqp("QUEUE = {'x-consumer-timeout': 10800000}\nadd.apply_async((1, 2), countdown=7200)\n"),
    'two hours in memory': { files: { 'shop/__init__.py': '', 'shop/app.py': `${head.replace("'redis://localhost'", "'memory://'")}\n\nadd.apply_async((1, 2), countdown=7200)\n` } },
  },
};
