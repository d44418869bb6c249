/** Classes outside of the project that are models. */
const models = new Set([
  'django.db.models.Model', 'django.db.models.base.Model', 'django.contrib.gis.db.models.Model', 'django.contrib.auth.base_user.AbstractBaseUser',
  'model_utils.models.TimeStampedModel', 'django_extensions.db.models.TimeStampedModel', 'mptt.models.MPTTModel', 'polymorphic.models.PolymorphicModel',
]);
/** Those of Django's own applications. */
const contributed = /^django\.contrib\.\w+\.models\.(?!AnonymousUser$)[A-Z][a-z]\w*(?<!Manager)$/;

export function isModelPath(path: string): boolean {
  return models.has(path) || contributed.test(path);
}
