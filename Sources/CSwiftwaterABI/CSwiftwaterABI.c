// Only the header is here; the functions are Swift's, in Sources/SwiftwaterC.
#include "swiftwater.h"
