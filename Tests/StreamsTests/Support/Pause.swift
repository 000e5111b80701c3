#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

func pause(milliseconds: Int) { usleep(UInt32(milliseconds * 1000)) }
