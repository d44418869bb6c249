/** What Celery 5.6.3 and 5.7.0 put on the wire, recorded, ids shortened. */
export const EVENTS: readonly string[] = [
  '{"hostname":"w2@h","utcoffset":0,"pid":3080,"clock":1,"freq":2.0,"active":0,"processed":0,"loadavg":[0.88,1.55,1.23],"sw_ident":"py-celery","sw_ver":"5.6.3","sw_sys":"Linux","timestamp":1795329493.7695868,"type":"worker-online"}',
  '{"hostname":"w2@h","utcoffset":-5.5,"pid":3080,"clock":7,"freq":2.0,"active":2,"processed":11,"loadavg":[0.88,1.55,1.23],"sw_ident":"py-celery","sw_ver":"5.7.0","sw_sys":"Linux","timestamp":1795329495.7,"type":"worker-heartbeat"}',
  '{"hostname":"w2@h","utcoffset":0,"pid":3080,"clock":9,"freq":2.0,"active":0,"processed":0,"loadavg":[0.1,0.2,0.3],"sw_ident":"py-celery","sw_ver":"5.6.3","sw_sys":"Linux","timestamp":1795329499.1,"type":"worker-offline"}',
  '{"hostname":"gen3103@vm","utcoffset":0,"pid":3103,"clock":1,"uuid":"69e59518","root_id":"69e59518","parent_id":null,"name":"tapp.add","args":"(1, 2)","kwargs":"{}","retries":0,"eta":null,"expires":null,"queue":"celery","exchange":"","routing_key":"celery","timestamp":1795329493.1,"type":"task-sent"}',
  '[{"hostname":"w1@h","utcoffset":0,"pid":1,"clock":3,"uuid":"X","name":"tapp.rt","args":"()","kwargs":"{\'k\': 1}","root_id":"X","parent_id":"X","retries":1,"eta":"2026-11-22T06:27:32.367799+00:00","expires":null,"timestamp":1795329493.2,"type":"task-received"},{"hostname":"w1@h","utcoffset":0,"pid":1,"clock":4,"uuid":"X","timestamp":1795329493.3,"type":"task-started"}]',
  '[{"hostname":"w1@h","utcoffset":0,"pid":1,"clock":5,"uuid":"X","result":"\'five\'","runtime":0.25,"timestamp":1795329493.4,"type":"task-succeeded"}]',
  '[{"hostname":"w1@h","utcoffset":0,"pid":1,"clock":6,"uuid":"X","exception":"ValueError(\'boom\')","traceback":"Traceback (most recent call last):\\n  File \\"/srv/app/tasks.py\\", line 12, in charge\\n    raise ValueError\\nValueError: boom\\n","timestamp":1795329493.5,"type":"task-failed"},{"hostname":"w1@h","pid":1,"clock":6,"uuid":"Y","exception":"E()","traceback":"T","timestamp":1795329493.5,"type":"task-retried"}]',
  '[{"hostname":"w1@h","utcoffset":0,"pid":1,"clock":7,"uuid":"X","terminated":true,"signum":15,"expired":false,"timestamp":1795329493.6,"type":"task-revoked"},{"hostname":"w1@h","pid":1,"clock":8,"uuid":"X","requeue":false,"timestamp":1795329493.6,"type":"task-rejected"}]',
  '{"hostname":"w1@h","utcoffset":0,"pid":1,"clock":9,"uuid":"X","current":3,"total":4,"timestamp":1795329493.7,"type":"task-progress"}',
];

export const REPLIES: readonly string[] = [
  '{"w1@h":{"ok":"pong"}}',
  '{"w1@h":{"error":"KeyError(\'x\')"}}',
  '{"w1@h":null}',
  '{"w1@h":{"total":{"tapp.add":3},"pid":1,"clock":"7","uptime":5,"pool":{"implementation":"celery.concurrency.prefork:TaskPool","max-concurrency":2,"processes":[1,2],"max-tasks-per-child":"N/A","timeouts":[0,0]},"broker":{"hostname":"h","userid":null,"virtual_host":"0","port":6379},"prefetch_count":8,"rusage":{"utime":0.4}}}',
  '{"w1@h":[{"name":"celery","exchange":{"name":"celery","type":"direct"},"routing_key":"celery","queue_arguments":{"x-queue-type":"quorum"},"durable":true}]}',
  '{"w1@h":{"result_backend_max_retries":Infinity,"broker_url":"redis://:********@h:6379/0"}}',
];

export const METAS: readonly string[] = [
  '{"status":"SUCCESS","result":3,"traceback":null,"children":[[["c",null],null],[["g",null],[[["d",null],null]]]],"date_done":"2026-11-22T06:27:25.044684+00:00","task_id":"X"}',
  '{"status":"PROGRESS","result":{"current":1,"total":3},"traceback":null,"children":[],"date_done":null,"task_id":"X"}',
  '{"status":"FAILURE","result":{"exc_type":"MyErr","exc_message":[{"a":1},"<object object at 0x7f>"],"exc_module":"tapp"},"traceback":"Traceback (most recent call last):\\n  File \\"/srv/a.py\\", line 3, in f\\nMyErr","children":[],"date_done":"2026-11-22T06:33:48.389954","task_id":"X"}',
  '{"status":"REVOKED","result":{"exc_type":"TaskRevokedError","exc_message":["revoked"],"exc_module":"celery.exceptions"},"traceback":null,"children":null,"date_done":"2026-11-22T06:33:48.389954","task_id":"never-seen"}',
  '{"status":"SUCCESS","result":[NaN,{"__type__":"datetime","__value__":"2024-01-02T00:00:00+00:00"}],"traceback":null,"children":[],"date_done":null,"group_id":"e8c8","parent_id":"p","name":"tapp.add","args":[1,1],"kwargs":{"k":2},"worker":"w2@h","retries":0,"queue":"celery","task_id":"X"}',
];

export const TASK_HEADERS = '{"lang":"py","task":"tapp.add","id":"55b9992b","shadow":null,"eta":null,"expires":null,"group":null,"group_index":null,"retries":0,"timelimit":[300,240],"root_id":"55b9992b","parent_id":null,"argsrepr":"(1, 1)","kwargsrepr":"{}","origin":"gen3945@vm","ignore_result":false,"replaced_task_nesting":0,"stamped_headers":null,"stamps":{}}';
export const TASK_BODY = '[[1,1],{},{"callbacks":null,"errbacks":null,"chain":[{"task":"tapp.add","args":[3],"kwargs":{},"options":{"task_id":"28da53aa","reply_to":"be8d49da"},"subtask_type":null,"immutable":false}],"chord":null}]';

/** A list element of Redis around a body. */
export function envelope(body: string, headers = '{}'): string {
  return `{"body":"${Buffer.from(body, 'utf8').toString('base64')}","content-encoding":"utf-8","content-type":"application/json","headers":${headers},"properties":{"correlation_id":"55b9992b","reply_to":"","delivery_mode":2,"delivery_info":{"exchange":"","routing_key":"celery"},"priority":0,"body_encoding":"base64","delivery_tag":"t"}}`;
}
