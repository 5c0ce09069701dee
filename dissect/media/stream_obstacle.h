/* dissect/media/stream_obstacle.h - why what a stream carries cannot be read, said to people. */
#pragma once
#include "dissect/media/stream.h"

/* OBSTACLE_NONE: it is in the clear, or decrypted. */
StreamObstacle stream_obstacle(const Stream *stream);
/* For programs: "no-key"; NULL for OBSTACLE_NONE. */
const char *stream_obstacle_name(StreamObstacle obstacle);
/* For people: a clause without its full stop; "" for OBSTACLE_NONE. */
const char *stream_obstacle_text(StreamObstacle obstacle);
