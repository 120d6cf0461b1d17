"""What `nn` uses of the engine beside the public names, in one place: nothing else of it is promised."""

from autograd.core.backprop import topological_order as topological_order
from autograd.core.contexts import is_watched as is_watched
from autograd.core.contexts import observed as observed
from autograd.core.operands import as_number as as_number
from autograd.core.primitives import Primitive as Primitive
from autograd.core.source_lines import caller_line as caller_line
from autograd.tape.matching import Wiring as Wiring
from autograd.tape.matching import WiringError as WiringError
from autograd.util.callers import warn_caller as warn_caller
from autograd.util.files import replace_file as replace_file
from autograd.util.interrupts import uninterrupted as uninterrupted
from autograd.util.same_number import same_number as same_number
from autograd.util.suggestions import ARGUMENTS as ARGUMENTS
from autograd.util.suggestions import MODELS as MODELS
from autograd.util.suggestions import MODULES as MODULES
from autograd.util.suggestions import did_you_mean as did_you_mean
from autograd.util.text import legible as legible
