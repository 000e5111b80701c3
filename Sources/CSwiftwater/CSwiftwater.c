// The functions are static and inline in the headers; SwiftPM wants one source file.
#include "CSwiftwater.h"
