/* dissect/pipeline.h - the dissect thread: blocks from the capture into the model. */
#pragma once
#include "capture/capture.h"
#include "dissect/engine.h"

typedef struct Pipeline Pipeline;

/* Both are borrowed and outlive the pipeline. @changed, called from the dissect thread without any
 * lock after each block and at the end, may be NULL. */
Pipeline *pipeline_start(Capture *capture, Model *model, void (*changed)(void *context),
                         void *context);
/* Waits until everything queued is dissected. The capture must have ended or been stopped. */
void pipeline_join(Pipeline *pipeline);
bool pipeline_finished(const Pipeline *pipeline);
