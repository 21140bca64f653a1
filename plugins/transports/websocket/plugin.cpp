#include "transport.h"

SR_PLUGIN("websocket", "0.1.0", "Apache-2.0", &sr::component<sr::websocket::WebsocketTransport>)
