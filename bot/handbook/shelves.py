"""Which file of content has which shape, by the folder it stands in. Knows no content."""

from types import MappingProxyType

from bot.engine.loader import Shapes, Shelves
from bot.handbook.awareness_file import CasesFile, LessonsFile, MomentsFile
from bot.handbook.contacts_file import ContactsFile
from bot.handbook.incident_file import IncidentFile
from bot.handbook.measures_file import MeasuresFile
from bot.handbook.notices_file import NoticesFile

CATALOGUE: Shapes = {"measures": MeasuresFile, "incident": IncidentFile, "contacts": ContactsFile}
DOCUMENTS: Shapes = {"notices": NoticesFile}
AWARENESS: Shapes = {"lessons": LessonsFile, "cases": CasesFile, "moments": MomentsFile}

SHELVES: Shelves = MappingProxyType({"catalogue": CATALOGUE, "documents": DOCUMENTS, "awareness": AWARENESS})
