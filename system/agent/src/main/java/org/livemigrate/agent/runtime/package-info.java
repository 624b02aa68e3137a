/**
 * Containers of one host: {@link org.livemigrate.agent.runtime.ContainerRuntime} and its two forms, real ones through
 * podman's command line and modelled ones that take modelled time.
 */
package org.livemigrate.agent.runtime;
