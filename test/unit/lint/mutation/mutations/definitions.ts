import type { Mutations } from '../mutation';

export const definitions: Mutations = {
  // What was prepared under a name of its own is not looked at.
  CEL301: [
    { mistake: 'a plural', find: /(?<=\(.*)ignore_result(?==True)/g, put: '«ignore_results»', except: /prepared/ },
    { mistake: 'a singular', find: /(?<=\(.*)max_retries(?==5)/g, put: '«max_retry»', except: /prepared/ },
    { mistake: 'letters swapped', find: /(?<=\(.*)max_retries(?==5)/g, put: '«max_reties»', except: /prepared/ },
    { mistake: 'a name of other libraries', find: /(?<=\(.*)max_retries=5/g, put: '«timeout»=5', except: /prepared/ },
  ],
};
