"""Which source files were loaded, and in which version."""
import importlib.machinery
import os
import sys

from .problems import is_library


class Stamps:
    """Modification time and size of each source file at the moment when Python loaded it."""

    def __init__(self):
        self.by_path = {}

    def install(self):
        loader, by_path = importlib.machinery.SourceFileLoader, self.by_path
        path_stats = loader.path_stats

        def recording_path_stats(self, path):
            stats = path_stats(self, path)
            by_path[path] = (stats['mtime'], stats.get('size'))
            return stats

        loader.path_stats = recording_path_stats

    def modules(self):
        """Loaded files of the project (no libraries): file, modification time in epoch ms, size."""
        found = {}
        for module in list(sys.modules.values()):
            file = getattr(module, '__file__', None)
            if not isinstance(file, str) or not file.endswith('.py') or is_library(file) or module.__name__ == '__main__':
                continue
            stamp = self.by_path.get(file)
            if stamp is None:
                try:
                    status = os.stat(file)
                except OSError:
                    continue
                stamp = (status.st_mtime, status.st_size)
            path = os.path.abspath(file)
            found[path] = {'file': path, 'modified': stamp[0] * 1000, 'size': stamp[1]}
        return [found[path] for path in sorted(found)]
