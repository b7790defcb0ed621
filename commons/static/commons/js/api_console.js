/** Swagger UI; what is tried out is sent as the signed-in person. */

import { csrfToken } from "../../annotate/js/draft_keeper.js";

const SAFE = ["GET", "HEAD"];
const place = document.getElementById("api-console");

function signed(request) {
  if (!SAFE.includes(request.method)) request.headers["X-CSRFToken"] = csrfToken();
  return request;
}

window.SwaggerUIBundle({
  url: place.dataset.schema,
  domNode: place,
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  displayOperationId: false,
  docExpansion: "list",
  requestInterceptor: signed,
  tryItOutEnabled: false,
  validatorUrl: null,
});
