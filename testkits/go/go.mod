module bacasabletest

go 1.19
